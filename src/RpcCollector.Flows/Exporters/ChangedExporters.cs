using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Exporters;

/// <summary>
/// Writes down what a restart must not lose of the exporters of a catalog, and remembers what was written, so that only what changed is
/// written again.
/// </summary>
/// <remarks>One thread calls it.</remarks>
public sealed class ChangedExporters(ExporterCatalog catalog)
{
    private readonly Dictionary<int, Mark> _saved = [];
    private readonly List<(int Id, Mark Mark)> _written = [];
    private readonly Dictionary<RecordPlan, uint[]> _layouts = [];

    /// <summary>Goes through the exporters that changed since they were last written and accepted.</summary>
    /// <param name="alsoSeen">
    /// True to count it as a change that an exporter has sent: clock estimates and last uses move with every datagram.
    /// </param>
    /// <param name="write">Takes the address, when it last sent, and what is known of it, as text.</param>
    /// <returns>How many.</returns>
    public int Write(bool alsoSeen, Action<HostAddress, long, string> write)
    {
        _written.Clear();
        foreach (var exporter in catalog.Known())
        {
            // Read before the content is: what changes meanwhile is written once more.
            var mark = new Mark(exporter.Changes.Count, exporter.LastSeenUnixMilliseconds);
            if (_saved.TryGetValue(exporter.Id, out var saved) && (alsoSeen ? saved == mark : saved.Changes == mark.Changes)) continue;
            write(exporter.Address, mark.LastSeenUnixMilliseconds, SavedExporters.Write(exporter, _layouts));
            _written.Add((exporter.Id, mark));
        }

        return _written.Count;
    }

    /// <summary>What <see cref="Write"/> gave last is kept.</summary>
    public void Accept()
    {
        foreach (var (id, mark) in _written) _saved[id] = mark;
        _written.Clear();
    }

    private readonly record struct Mark(long Changes, long LastSeenUnixMilliseconds);
}
