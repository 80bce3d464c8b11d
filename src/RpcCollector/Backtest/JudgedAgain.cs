using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Journal;
using RpcCollector.Flows;
using RpcCollector.Store.Inputs;

namespace RpcCollector.Backtest;

/// <summary>
/// A judge that knows nothing takes what was kept, as the judge took it that found something of it; on a thread of its own.
/// </summary>
internal sealed class JudgedAgain
{
    private readonly Judge _judge;
    private readonly Found _found;
    private readonly ExporterDirectory _exporters;
    private readonly Thread _thread;
    private readonly bool _isLate;
    private readonly CancellationToken _stopping;
    private long _taken;
    private Exception? _failure;

    /// <param name="mostFindings">Further ones are counted.</param>
    /// <param name="isLate">True when it judges what has changed less often than the judge that found something.</param>
    public JudgedAgain(
        StoredPast past, JudgementOptions options, int maxExporters, int mostFindings, bool isLate, CancellationToken stopping)
    {
        (_exporters, _found, _isLate, _stopping) = (new ExporterDirectory(maxExporters), new Found(mostFindings), isLate, stopping);
        _judge = new Judge(options, _found, _exporters);
        _thread = new Thread(() => Run(past)) { Name = "judged again", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Octets of chunks that were taken so far.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Activities, contacts, operations and leases.</summary>
    public long Facts { get; private set; }

    /// <summary>Inputs that were never kept, between those that were.</summary>
    public long Missing { get; private set; }

    /// <summary>How often the judge had lost what it took, and went on from an earlier input.</summary>
    public int WentBack { get; private set; }

    /// <summary>Findings beyond the number that is kept in memory.</summary>
    public long Beyond => _found.Beyond;

    /// <summary>What stands in the end.</summary>
    public IReadOnlyCollection<Finding> Findings => _found.Standing;

    /// <returns>False when it goes on.</returns>
    public bool Wait(TimeSpan patience)
    {
        if (!_thread.Join(patience)) return false;
        if (_failure is not null) throw new InvalidOperationException("Judging again failed.", _failure);
        return true;
    }

    private void Run(StoredPast past)
    {
        try
        {
            // 1. What people had said before.
            _judge.AdvanceTo(past.FirstArrival);
            foreach (var verdict in past.VerdictsBefore) _judge.Apply(verdict);
            foreach (var told in past.RolesBefore) _judge.Tell(told);

            // 2. What came.
            long? end = null;
            foreach (var chunk in past.Inputs.Chunks())
            {
                if (_stopping.IsCancellationRequested) return;
                end = Take(past.Inputs, chunk, end);
                Volatile.Write(ref _taken, _taken + chunk.Length);
            }

            // 3. What has changed last.
            _judge.JudgeChanged();
            Facts = _judge.Counts.Facts;
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }

    private long Take(InputReading inputs, ReadOnlyMemory<byte> chunk, long? end)
    {
        var reader = new JudgeJournalReader(chunk, _exporters);
        var begin = reader.Offset;
        if (begin > end) Missing += begin - end.Value;
        else if (begin < end) WentBack++;
        reader.ReplayInto(_judge, _isLate);
        if (reader.Damage is { } reason) inputs.NoteUnreadable(begin, reason);
        return reader.Offset;
    }

    /// <summary>Keeps what stands, without its flows.</summary>
    private sealed class Found(int most) : IFindingSink
    {
        private readonly Dictionary<long, Finding> _findings = [];

        public long Beyond { get; private set; }

        public IReadOnlyCollection<Finding> Standing => _findings.Values;

        public void Publish(in FindingChange change)
        {
            if (change.Kind == ActivityChangeKind.Withdrawn) _findings.Remove(change.Finding.Id);
            else if (_findings.Count < most || _findings.ContainsKey(change.Finding.Id))
                _findings[change.Finding.Id] = change.Finding with { Flows = [] };
            else if (change.Kind == ActivityChangeKind.Added) Beyond++;
        }
    }
}
