using System.Buffers.Binary;

namespace RpcCollector.Flows.Wire;

/// <summary>
/// Packs the flow starts of one sensor for one partition into batches. One thread writes; nothing is allocated once the tables have grown.
/// </summary>
public sealed class FlowBatchWriter
{
    /// <summary>Octets of a batch unless told otherwise: some 900 flow starts.</summary>
    public const int UsualOctets = 1 << 16;

    // The header, both names, and one row with all that it could need.
    private const int FewestOctets = 512;

    private readonly byte[] _octets;
    private readonly byte[] _sensor;
    private readonly byte[] _site;
    private readonly WrittenAddresses _exporters;
    private readonly ValueTable<FlowWitness> _witnesses = new();
    private readonly ulong _epoch;
    private readonly ushort _partition;
    private byte[] _wide = [];
    private FlowWitness _lastWitness;
    private int _lastIndex;
    private int _left;
    private int _numWide;
    private long _base;
    private ulong _rowsBefore;

    /// <param name="sensor">Its name.</param>
    /// <param name="site">
    /// Where it stands; null when there is one site. Ends of flow starts are given as they are among those of all.
    /// </param>
    /// <param name="epoch">Another one with every start of the sensor.</param>
    /// <param name="exporters">Where the flow starts have their exporters' ids from.</param>
    /// <param name="mostOctets">How long a batch may become; 512 to 1 MiB.</param>
    /// <exception cref="ArgumentException">No name (<see cref="WireForm.IsName(ReadOnlySpan{char})"/>).</exception>
    public FlowBatchWriter(
        string sensor, SiteNetworks? site, ulong epoch, ushort partition, ExporterDirectory exporters, int mostOctets = UsualOctets)
    {
        ArgumentNullException.ThrowIfNull(sensor);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostOctets, FewestOctets);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mostOctets, WireForm.MostOctets);
        (_sensor, _site) = (WireForm.OctetsOf(sensor, mayBeEmpty: false), WireForm.OctetsOf(site?.Name.ToString() ?? "", mayBeEmpty: true));
        (_epoch, _partition, _octets, _exporters) = (epoch, partition, new byte[mostOctets], new WrittenAddresses(exporters, site));
        Begin();
    }

    /// <summary>Flow starts in the batch so far.</summary>
    public int NumRows { get; private set; }

    /// <summary>Adds a flow start; false when the batch is full, so that it has to be finished first.</summary>
    public bool TryAdd(in FlowStart start)
    {
        // An impossible statement is left out, so that the rest of its batch is not refused with it.
        if (!FlowBatchRow.IsPossible(start)) return true;

        // 1. Who saw it: nearly always as the one before.
        var witness = new FlowWitness(start);
        var index = NumRows > 0 && witness.Equals(_lastWitness) ? _lastIndex : _witnesses.Find(witness);

        // 2. Whether there is room for it and for what it needs.
        if (NumRows == 0) _base = start.ArrivalUnixMilliseconds;
        var isWide = FlowBatchRow.IsWide(start, _base);
        var octets = FlowBatchForm.RowOctets + (isWide ? FlowBatchForm.WideOctets : 0);
        if (index < 0)
            octets += FlowBatchForm.WitnessOctets + (_exporters.Has(start.ExporterId) ? 0 : WireForm.AddressOctets);
        if (octets > _left) return false;

        // 3. The row, and its values.
        if (index < 0) index = Add(witness);
        (_lastWitness, _lastIndex) = (witness, index);
        var row = _octets.AsSpan(WireForm.HeaderOctets + (NumRows * FlowBatchForm.RowOctets), FlowBatchForm.RowOctets);
        FlowBatchRow.Write(row, start, (ushort)index, isWide ? FlowBatchForm.Wide : FlowBatchForm.Narrow);
        if (isWide) AddWide(row, start);
        else FlowBatchRow.WriteNarrow(row, start, _base);
        _left -= octets;
        NumRows++;
        return true;
    }

    /// <summary>Ends the batch, with or without flow starts, and begins the next.</summary>
    /// <param name="sequence">Grows by one from batch to batch.</param>
    /// <param name="watermarkUnixMilliseconds">What is added later arrives no earlier.</param>
    /// <returns>The batch; good until the next call of <see cref="TryAdd"/> or of this.</returns>
    public ReadOnlyMemory<byte> Finish(ulong sequence, long watermarkUnixMilliseconds)
    {
        WriteHeader(sequence, watermarkUnixMilliseconds);
        var place = WireForm.HeaderOctets + (NumRows * FlowBatchForm.RowOctets);
        Append(_wide.AsSpan(0, _numWide * FlowBatchForm.WideOctets), ref place);
        foreach (ref readonly var witness in _witnesses.Values)
        {
            witness.WriteTo(_octets.AsSpan(place), _exporters.IndexOf(witness.ExporterId));
            place += FlowBatchForm.WitnessOctets;
        }

        _exporters.WriteTo(_octets.AsSpan(place));
        place += _exporters.Octets;
        Append(_sensor, ref place);
        Append(_site, ref place);
        _rowsBefore += (ulong)NumRows;
        Begin();
        return _octets.AsMemory(0, place);
    }

    private void Begin()
    {
        (NumRows, _numWide, _base) = (0, 0, 0);
        _left = _octets.Length - WireForm.HeaderOctets - _sensor.Length - _site.Length;
        _witnesses.Clear();
        _exporters.Clear();
    }

    private int Add(in FlowWitness witness)
    {
        _exporters.IndexOf(witness.ExporterId);
        return _witnesses.Add(witness);
    }

    private void AddWide(Span<byte> row, in FlowStart start)
    {
        var place = _numWide * FlowBatchForm.WideOctets;
        if (place == _wide.Length) Array.Resize(ref _wide, Math.Max(FlowBatchForm.WideOctets, 2 * _wide.Length));
        FlowBatchRow.WriteWide(_wide.AsSpan(place), start);
        FlowBatchRow.WriteWidePlace(row, _numWide++);
    }

    private void WriteHeader(ulong sequence, long watermark)
    {
        var header = _octets.AsSpan(0, WireForm.HeaderOctets);
        BinaryPrimitives.WriteUInt32LittleEndian(header, FlowBatchForm.Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], FlowBatchForm.Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], _partition);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], _epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], sequence);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], watermark);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], _base);
        BinaryPrimitives.WriteUInt64LittleEndian(header[40..], _rowsBefore);
        BinaryPrimitives.WriteInt32LittleEndian(header[48..], NumRows);
        BinaryPrimitives.WriteInt32LittleEndian(header[52..], _numWide);
        BinaryPrimitives.WriteUInt16LittleEndian(header[56..], (ushort)_witnesses.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(header[58..], (ushort)_exporters.Count);
        (header[60], header[61], header[62], header[63]) = ((byte)_sensor.Length, (byte)_site.Length, 0, 0);
    }

    private void Append(ReadOnlySpan<byte> part, ref int place)
    {
        part.CopyTo(_octets.AsSpan(place));
        place += part.Length;
    }
}
