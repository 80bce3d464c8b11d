using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Captures;

/// <summary>
/// Reads any number of captures as one, in the order of their time stamps (equal ones: of the files), holding open only those that
/// overlap.
/// </summary>
internal sealed class CaptureMerge : IDisposable
{
    private readonly CaptureInput[] _inputs;
    private readonly CaptureReader?[] _open;
    private readonly PriorityQueue<int, (long UnixNanoseconds, int Index)> _next = new();
    private readonly CaptureUse[] _uses;
    private readonly Queue<int> _withoutUse = new();
    private int _current = -1;
    private long _finishedBytes;

    /// <summary>Reads the first datagram of every file.</summary>
    /// <param name="zeek">The options for Zeek logs; null where Zeek logs do not count as captures.</param>
    /// <exception cref="StartupException">A file that was named cannot be read.</exception>
    public CaptureMerge(IEnumerable<CaptureInput> inputs, CaptureTally tally, FlowOptions? zeek = null)
    {
        _inputs = [.. inputs];
        _open = new CaptureReader?[_inputs.Length];
        _uses = [.. _inputs.Select(input => new CaptureUse(input, tally))];
        Zeek = zeek is null ? null : new ZeekRecording(zeek);
        for (var i = 0; i < _inputs.Length; i++) Probe(i);
    }

    /// <summary>The Zeek logs among the files; null where they are not read.</summary>
    public ZeekRecording? Zeek { get; }

    /// <summary>What became of each file; complete once all are read.</summary>
    public IReadOnlyList<CaptureUse> Uses => _uses;

    /// <summary>Octets of all files, compressed where they are.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>Octets read so far.</summary>
    public long Position => _finishedBytes + (_current >= 0 ? _open[_current]?.Position ?? 0 : 0);

    /// <summary>Moves to the next datagram; <paramref name="reader"/> holds it. False when all files are read.</summary>
    public bool TryRead([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CaptureReader? reader)
    {
        if (_current >= 0) Advance(_current);
        while (_withoutUse.TryDequeue(out var index)) CountWithoutUse(index);
        if (!_next.TryDequeue(out _current, out _))
        {
            (_current, reader) = (-1, null);
            return false;
        }

        reader = _open[_current];
        if (reader is not null) return true;
        _open[_current] = reader = Open(_current, _uses[_current].Tally) ?? throw Changed(_current);
        return reader.TryRead() ? true : throw Changed(_current);
    }

    public void Dispose()
    {
        foreach (var reader in _open) reader?.Dispose();
    }

    private void Probe(int index)
    {
        var looked = new CaptureTally();
        using var reader = Open(index, looked);
        if (reader is null)
        {
            _uses[index].Refuse(ForeignFile.Recognise(_inputs[index].Path, areLogsRead: Zeek is not null));
        }
        else if (reader.TryRead())
        {
            _uses[index].HasLines = reader is ZeekLogReader;
            TotalBytes += new FileInfo(_inputs[index].Path).Length;
            _next.Enqueue(index, (reader.UnixNanoseconds, index));
        }
        else
        {
            _uses[index].Tally.Add(looked);
            if (reader is ZeekLogReader) _withoutUse.Enqueue(index);
        }
    }

    /// <summary>
    /// Reads a Zeek log without any usable line again, so that the reasons are counted: on the first look nobody counted them.
    /// </summary>
    private void CountWithoutUse(int index)
    {
        using var reader = Open(index, new CaptureTally());
        var before = UnreadableLines();
        reader?.TryRead();
        var after = UnreadableLines();
        if (after.All - before.All is 0 || after.Unreadable - before.Unreadable < after.All - before.All) _uses[index].HasLines = true;
        else _uses[index].Refuse(ForeignFile.UnreadableLines(_inputs[index].Path));
    }

    private (long All, long Unreadable) UnreadableLines()
    {
        if (Zeek?.Counters is not { } counters) return default;
        var (all, unreadable) = (0L, 0L);
        foreach (var hop in (ReadOnlySpan<Hop>)[Hop.ZeekLine, Hop.SuricataLine])
        {
            all += counters.Received(hop);
            unreadable += counters.Rejected(hop, Rejection.MalformedLine) + counters.Rejected(hop, Rejection.LineBeforeHeader)
                + counters.Rejected(hop, Rejection.LineTooLong);
        }

        return (all, unreadable);
    }

    private void Advance(int index)
    {
        var reader = _open[index]!;
        if (reader.TryRead())
        {
            _next.Enqueue(index, (reader.UnixNanoseconds, index));
            return;
        }

        _finishedBytes += reader.Position;
        reader.Dispose();
        _open[index] = null;
    }

    // A session without ports counts from 1, so that it differs from one that is not known at all.
    private CaptureReader? Open(int index, CaptureTally tally) => CaptureReader.Open(_inputs[index].Path, index + 1, tally, Zeek);

    private StartupException Changed(int index) => new($"{_inputs[index].Path}: changed while it was read");
}
