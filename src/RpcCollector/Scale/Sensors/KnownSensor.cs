using RpcCollector.Flows;

namespace RpcCollector.Scale.Sensors;

/// <summary>What a sensor's reports say: written by whoever reads them, read by any thread.</summary>
internal sealed class KnownSensor(string name)
{
    private readonly ChangingTotal _droppedBatches = new();
    private readonly ChangingTotal _droppedFlowStarts = new();
    private volatile ReportedSensor? _said;
    private volatile HeardExporter[] _exporters = [];
    private ulong _epoch;
    private ulong _sequence;
    private long _reported;

    public string Name { get; } = name;

    /// <summary>What it said last; null when it has told only of exporters.</summary>
    public ReportedSensor? Said => _said;

    /// <summary>When the log took its last report, by the log's clock.</summary>
    public long ReportedUnixMilliseconds => Volatile.Read(ref _reported);

    /// <summary>The exporters that it hears, by address.</summary>
    public IReadOnlyList<HeardExporter> Exporters => _exporters;

    /// <summary>Batches that it dropped, over its starts.</summary>
    public long DroppedBatches => _droppedBatches.Sum;

    public long DroppedFlowStarts => _droppedFlowStarts.Sum;

    /// <summary>Takes note of a report; false for one that a later one has overtaken.</summary>
    public bool TryBegin(ulong epoch, ulong sequence, long appendedUnixMilliseconds)
    {
        if (epoch == _epoch && sequence < _sequence) return false;
        (_epoch, _sequence) = (epoch, sequence);
        Volatile.Write(ref _reported, appendedUnixMilliseconds);
        return true;
    }

    public void Take(ReportedSensor said)
    {
        _droppedBatches.Show(said.DroppedBatches);
        _droppedFlowStarts.Show(said.DroppedFlowStarts);
        _said = said;
    }

    /// <summary>Takes what is heard between two addresses in the place of what was.</summary>
    /// <param name="mostNew">So many exporters may be added; those of the highest addresses are left out.</param>
    /// <param name="added">Those that were not known.</param>
    /// <param name="removed">Those that are no longer heard.</param>
    /// <returns>False when there was no room for all.</returns>
    public bool Take(
        HostAddress? after, HostAddress? until, IReadOnlyList<ReportedExporter> reported, int mostNew, out List<HeardExporter> added,
        out List<HeardExporter> removed)
    {
        (added, removed) = ([], []);
        var former = new Dictionary<HostAddress, HeardExporter>();
        var (before, behind) = (new List<HeardExporter>(), new List<HeardExporter>());
        foreach (var exporter in _exporters)
        {
            if (after is { } first && exporter.Address.CompareTo(first) <= 0) before.Add(exporter);
            else if (until is { } last && exporter.Address.CompareTo(last) > 0) behind.Add(exporter);
            else former.Add(exporter.Address, exporter);
        }

        var hasRoom = true;
        foreach (var one in reported)
        {
            var address = HostAddress.Parse(one.Address);
            if (!former.Remove(address, out var heard))
            {
                if (added.Count >= mostNew)
                {
                    hasRoom = false;
                    continue;
                }

                added.Add(heard = new HeardExporter(Name, address));
            }

            heard.Take(one);
            before.Add(heard);
        }

        removed.AddRange(former.Values);
        _exporters = [.. before, .. behind];
        return hasRoom;
    }

    /// <summary>The sum of a count that begins anew with each start of who counts.</summary>
    private sealed class ChangingTotal
    {
        private long _last;
        private long _sum;

        public long Sum => Volatile.Read(ref _sum);

        public void Show(long count)
        {
            // Bounded by what one process could ever count: a forged one must not make it run over.
            var grown = count >= _last ? count - _last : count;
            Volatile.Write(ref _sum, Math.Min(_sum + Math.Min(grown, long.MaxValue / 4), long.MaxValue / 2));
            _last = count;
        }
    }
}
