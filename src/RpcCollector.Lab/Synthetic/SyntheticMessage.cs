using System.Buffers.Binary;

namespace RpcCollector.Lab.Synthetic;

/// <summary>Writes whole export datagrams of one version.</summary>
/// <param name="bootUnixMilliseconds">When the exporter started.</param>
internal sealed class SyntheticMessage(ExportVersion version, IReadOnlyList<SyntheticTemplate> templates, long bootUnixMilliseconds)
{
    /// <summary>The most octets of UDP payload that fit into an Ethernet frame over IPv6.</summary>
    public const int MaxOctets = 1_452;

    // Where the sequence number stands: NetFlow v5, RFC 3954 (5.1), RFC 7011 (3.1).
    private readonly int _sequenceOffset = version switch { ExportVersion.NetFlowV5 => 16, ExportVersion.NetFlowV9 => 12, _ => 8 };

    public ExportVersion Version => version;

    public void PutSequence(Span<byte> datagram, uint sequence) =>
        BinaryPrimitives.WriteUInt32BigEndian(datagram[_sequenceOffset..], sequence);

    /// <summary>By how much a datagram with this many records advances the sequence: 1 Message in v9, otherwise its Data Records.</summary>
    public uint Step(int records) => version == ExportVersion.NetFlowV9 ? 1 : (uint)records;

    /// <summary>Writes Templates from a given number on, as many as fit.</summary>
    /// <returns>The octets written and the number to continue with.</returns>
    public (int Octets, int Next) WriteTemplates(Span<byte> datagram, int first, long nowUnixMilliseconds)
    {
        var count = Math.Min(templates.Count - first, (MaxOctets - 24) / templates[first].RecordOctets);
        var to = new WireWriter(datagram);
        WriteHeader(ref to, count, nowUnixMilliseconds);
        var set = to.Length;

        // RFC 3954, 5.2; RFC 7011, 3.3.2.
        to.U16(version == ExportVersion.Ipfix ? 2 : 0);
        to.U16(0);
        for (var number = first; number < first + count; number++) templates[number].WriteTemplate(ref to);
        return (Finish(ref to, set), first + count);
    }

    /// <returns>The octets written.</returns>
    public int WriteData(Span<byte> datagram, int template, ReadOnlySpan<SyntheticFlow> flows, long nowUnixMilliseconds)
    {
        var to = new WireWriter(datagram);
        WriteHeader(ref to, flows.Length, nowUnixMilliseconds);
        if (version == ExportVersion.NetFlowV5)
        {
            foreach (ref readonly var flow in flows) WriteV5(ref to, flow);
            return to.Length;
        }

        var set = to.Length;
        to.U16(templates[template].Id);
        to.U16(0);
        foreach (ref readonly var flow in flows) templates[template].WriteRecord(ref to, flow, bootUnixMilliseconds);
        return Finish(ref to, set);
    }

    private void WriteHeader(ref WireWriter to, int count, long now)
    {
        to.U16((int)version);
        to.U16(version == ExportVersion.Ipfix ? 0 : count);
        if (version != ExportVersion.Ipfix) to.U32((uint)(now - bootUnixMilliseconds));
        to.U32((uint)(now / 1_000));
        if (version == ExportVersion.NetFlowV5) to.U32((uint)(now % 1_000 * 1_000_000));

        // The sequence; then the Observation Domain, or of v5 its engine and its sampling interval.
        to.U32(0);
        to.U32(version == ExportVersion.NetFlowV5 ? 0u : 1u);
    }

    private int Finish(ref WireWriter to, int set)
    {
        to.PutLength(set + 2, to.Length - set);
        if (version == ExportVersion.Ipfix) to.PutLength(2, to.Length);
        return to.Length;
    }

    private void WriteV5(ref WireWriter to, in SyntheticFlow flow)
    {
        to.U32(flow.Client);
        to.U32(flow.Server);
        to.U32(0);
        to.U16(10);
        to.U16(14);
        to.U32(10);
        to.U32(1_000);
        to.U32((uint)(flow.StartUnixMilliseconds - bootUnixMilliseconds));
        to.U32((uint)(flow.EndUnixMilliseconds - bootUnixMilliseconds));
        to.U16(flow.ClientPort);
        to.U16(flow.ServerPort);
        to.U8(0);
        to.U8(0x1B);
        to.U8(6);
        to.U8(0);
        to.U32(0);
        to.U8(24);
        to.U8(24);
        to.U16(0);
    }
}
