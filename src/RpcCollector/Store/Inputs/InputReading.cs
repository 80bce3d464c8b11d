using System.Globalization;
using RpcCollector.Detection.Judgement.Journal;

namespace RpcCollector.Store.Inputs;

/// <summary>
/// What was kept of the judge's inputs, as it was at one moment: the segments, and after them the journal of what was taken last.
/// </summary>
/// <remarks>The running appliance is not disturbed. Any number of threads may read, each from the beginning.</remarks>
internal sealed class InputReading : IDisposable
{
    private readonly Lock _lock = new();
    private readonly InputFolder _folder;
    private readonly IReadOnlyList<(long Offset, byte[] Octets)> _tail;
    private readonly SortedSet<string> _damage = new(StringComparer.Ordinal);

    /// <param name="tail">The journal of state.db, read before the segments are opened: what went over meanwhile is in both.</param>
    public InputReading(string folder, IReadOnlyList<(long Offset, byte[] Octets)> tail)
    {
        _folder = InputFolder.Open(folder);
        var blocks = Segments.SelectMany(static segment => segment.Blocks).ToList();
        var end = blocks.Count > 0 ? blocks[^1].End : -1;
        _tail = [.. tail.Where(chunk => chunk.Offset >= end)];
        Octets = blocks.Sum(static block => (long)block.PlainOctets) + _tail.Sum(static chunk => (long)chunk.Octets.Length);
        Bytes = Segments.Sum(static segment => segment.Length);
        IsEmpty = blocks.Count + _tail.Count == 0;
        Offset = blocks.Count > 0 ? blocks[0].Offset : _tail.Count > 0 ? _tail[0].Offset : 0;
        foreach (var segment in Segments)
            foreach (var (place, reason) in segment.Damage) Note(segment, place, reason);
        foreach (var (name, reason) in _folder.Refused) _damage.Add($"{name}: {reason}");
    }

    public bool IsEmpty { get; }

    /// <summary>How many inputs had been taken before: 0 when all that was ever taken is kept.</summary>
    public long Offset { get; }

    /// <summary>Of all chunks, unpacked.</summary>
    public long Octets { get; }

    /// <summary>On the disk, without the journal.</summary>
    public long Bytes { get; }

    /// <summary>What was found damaged so far, and is left out.</summary>
    public IReadOnlyList<string> Damage
    {
        get
        {
            lock (_lock) return [.. _damage];
        }
    }

    /// <summary>All chunks in the order in which they were taken.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Chunks()
    {
        foreach (var segment in Segments)
        {
            foreach (var block in segment.Blocks)
            {
                if (segment.TryRead(block, out var chunks) is { } reason) Note(segment, block.Place, reason);
                foreach (var chunk in chunks) yield return chunk;
            }
        }

        foreach (var (_, octets) in _tail) yield return octets;
    }

    /// <summary>When the first turn arrived, in Unix milliseconds; null when there is none.</summary>
    public long? FirstArrival()
    {
        foreach (var chunk in Chunks())
        {
            var reader = new JudgeJournalReader(chunk, new Flows.ExporterDirectory(1));
            if (reader.Read()) return reader.ArrivalUnixMilliseconds;
        }

        return null;
    }

    /// <summary>About when the last arrived: within the last chunk.</summary>
    public long LastArrival()
    {
        if (_tail.Count > 0)
        {
            var reader = new JudgeJournalReader(_tail[^1].Octets, new Flows.ExporterDirectory(1));
            while (reader.Read())
            {
            }

            return reader.ArrivalUnixMilliseconds;
        }

        return Segments.SelectMany(static segment => segment.Blocks).Select(static block => block.LastArrival).LastOrDefault();
    }

    /// <summary>A chunk that was written whole and cannot be understood.</summary>
    public void NoteUnreadable(long offset, string reason)
    {
        lock (_lock) _damage.Add(string.Create(CultureInfo.InvariantCulture, $"the chunk at input {offset}: {reason}"));
    }

    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<InputSegment> Segments => _folder.Segments;

    private void Note(InputSegment segment, long place, string reason)
    {
        lock (_lock) _damage.Add(string.Create(CultureInfo.InvariantCulture, $"{segment.Name} at octet {place}: {reason}"));
    }
}
