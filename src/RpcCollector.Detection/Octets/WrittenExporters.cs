using RpcCollector.Flows;

namespace RpcCollector.Detection.Octets;

/// <summary>
/// Names exporters by value in what is written: the first time by address, from then on by a short number that holds within it.
/// </summary>
internal sealed class WrittenExporters(ExporterDirectory directory)
{
    private readonly Dictionary<int, int> _numbers = [];

    /// <summary>Begins anew: nothing written before says which number is whose.</summary>
    public void Clear() => _numbers.Clear();

    public void Write(OctetWriter to, in ExporterSet exporters)
    {
        var count = exporters.Count;
        to.Write((byte)count);
        for (var i = 0; i < count; i++) Write(to, exporters.IdAt(i));
    }

    public void Write(OctetWriter to, int exporterId)
    {
        var isKnown = _numbers.TryGetValue(exporterId, out var number);
        if (!isKnown) _numbers.Add(exporterId, number = _numbers.Count);
        to.WriteNumber((ulong)number);
        if (!isKnown) to.Write(directory[exporterId]);
    }
}

/// <summary>Gives the exporters of what <see cref="WrittenExporters"/> wrote the ids of this process.</summary>
internal sealed class ReadExporters(ExporterDirectory directory)
{
    // By the numbers of what is read; no exporter has a negative id.
    private readonly List<int> _ids = [];

    public void Clear() => _ids.Clear();

    /// <summary>Those that this process has ids for: one for which there is no room is left out.</summary>
    public ExporterSet ReadSet(OctetReader from)
    {
        var exporters = default(ExporterSet);
        var count = from.ReadNumber(ExporterSet.Capacity);
        for (ulong i = 0; i < count; i++)
        {
            if (Read(from) is >= 0 and var id) exporters.Add(id, directory);
        }

        return exporters;
    }

    /// <summary>An exporter's id, also of one that had none; negative when there is no room for it.</summary>
    public int Read(OctetReader from)
    {
        var number = (int)from.ReadNumber((ulong)_ids.Count);
        if (number < _ids.Count) return _ids[number];
        var address = from.ReadAddress();
        if (from.Damage is not null) return -1;
        _ids.Add(address == default ? directory.Unnamed : directory.TryGetId(address, out var id) ? id : -1);
        return _ids[number];
    }
}
