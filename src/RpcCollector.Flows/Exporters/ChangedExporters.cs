using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Exporters;

/// <summary>
/// Writes down what a restart must not lose of the exporters of a catalog, and remembers what was written, so that only what changed is
/// written again.
/// </summary>
/// <remarks>One thread calls it.</remarks>
public sealed class ChangedExporters(ExporterCatalog catalog)
{
    // What is large is written less often: it rests for as many calls as it has these octets.
    private const int OctetsATurn = 16_384;

    private readonly Dictionary<Exporter, Mark> _saved = [];
    private readonly List<(Exporter Exporter, Mark Mark)> _written = [];
    private readonly List<Exporter> _left = [];
    private readonly Dictionary<RecordPlan, uint[]> _layouts = [];
    private long _turn;

    /// <summary>Goes through the exporters that changed since they were last written and accepted.</summary>
    /// <remarks>Newcomers of a full table are passed over: most are forged, and gone before long.</remarks>
    /// <param name="alsoSeen">
    /// True to count it as a change that an exporter has sent: clock estimates and last uses move with every datagram. Then none rests.
    /// </param>
    /// <param name="write">Takes the address, when it last sent, and what is known of it, as text.</param>
    /// <param name="delete">Takes the addresses of those that made room for others.</param>
    /// <returns>How many.</returns>
    public int Write(bool alsoSeen, Action<HostAddress, long, string> write, Action<HostAddress>? delete = null)
    {
        _written.Clear();
        _turn++;
        _left.AddRange(catalog.TakeLeftRows());
        foreach (var left in _left)
        {
            _saved.Remove(left);
            if (catalog.Known(left.Address) is not { IsSaved: true }) delete?.Invoke(left.Address);
        }

        foreach (var exporter in catalog.Known())
        {
            if (exporter.Standing.IsNewcomer) continue;

            // Read before the content is: what changes meanwhile is written once more.
            var mark = new Mark(exporter.Changes.Count, exporter.LastSeenUnixMilliseconds, _turn);
            if (_saved.TryGetValue(exporter, out var saved) && !IsDue(saved, mark, alsoSeen)) continue;
            var content = SavedExporters.Write(exporter, _layouts);
            write(exporter.Address, mark.LastSeenUnixMilliseconds, content);
            exporter.IsSaved = true;
            _written.Add((exporter, mark with { RestsUntil = _turn + (content.Length / OctetsATurn) }));
        }

        return _written.Count + _left.Count;
    }

    /// <summary>What <see cref="Write"/> gave last is kept.</summary>
    public void Accept()
    {
        foreach (var (exporter, mark) in _written) _saved[exporter] = mark;
        _written.Clear();
        _left.Clear();
    }

    private static bool IsDue(in Mark saved, in Mark now, bool alsoSeen) => alsoSeen
        ? saved.Changes != now.Changes || saved.LastSeenUnixMilliseconds != now.LastSeenUnixMilliseconds
        : saved.Changes != now.Changes && saved.RestsUntil <= now.RestsUntil;

    private readonly record struct Mark(long Changes, long LastSeenUnixMilliseconds, long RestsUntil);
}
