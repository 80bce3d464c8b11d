using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Detection.Wire;

/// <summary>
/// An RPC activity or a contact as a change of a message: a contact is written as an activity of no basis whose endpoint flow it is.
/// </summary>
internal static class ActFact
{
    public const int FixedOctets = 72;
    private const int SpanOctets = 20;
    private const int TranslatedOctets = 36;
    private const byte AllPresences = ActForm.HasMapper | ActForm.HasFlow | ActForm.IsTranslated;

    public static RpcActivity Of(in AdministrationContact contact) => new()
    {
        Id = contact.Id,
        Client = contact.Client,
        Server = contact.Server,
        Endpoint = contact.Flow,
        Exporters = contact.Exporters,
        SamplingInterval = contact.SamplingInterval,
        Traffic = contact.Traffic,
        Translated = contact.Translated,
    };

    public static AdministrationContact ContactOf(in RpcActivity fact) => new()
    {
        Id = fact.Id,
        Client = fact.Client,
        Server = fact.Server,
        Flow = fact.Endpoint.GetValueOrDefault(),
        Exporters = fact.Exporters,
        SamplingInterval = fact.SamplingInterval,
        Traffic = fact.Traffic,
        Translated = fact.Translated,
    };

    public static int OctetsOf(in RpcActivity fact) => FixedOctets + (fact.Mapper is null ? 0 : SpanOctets)
        + (fact.Endpoint is null ? 0 : SpanOctets) + (fact.Translated is null ? 0 : TranslatedOctets);

    public static void Write(ref ActCursor to, in RpcActivity fact, ActivityChangeKind step, WrittenAddresses exporters)
    {
        to.Write(fact.Id);
        to.Write(fact.Client);
        to.Write(fact.Server);
        to.Write(fact.SamplingInterval);
        to.Write((uint)fact.Interfaces);
        to.Write(fact.Traffic.ClientOctets);
        to.Write(fact.Traffic.ServerOctets);
        to.Write(fact.Traffic.ClientTcpFlags);
        to.Write(fact.Traffic.ServerTcpFlags);
        to.Write((byte)((byte)fact.Traffic.Direction | (byte)fact.Traffic.Half << ActForm.HalfShift));
        to.Write((byte)step);
        to.Write((byte)fact.Basis);
        to.Write((byte)((fact.Mapper is null ? 0 : ActForm.HasMapper) | (fact.Endpoint is null ? 0 : ActForm.HasFlow)
            | (fact.Translated is null ? 0 : ActForm.IsTranslated)));
        Write(ref to, fact.Exporters, exporters);
        if (fact.Mapper is { } mapper) Write(ref to, mapper);
        if (fact.Endpoint is { } flow) Write(ref to, flow);
        if (fact.Translated is not { } translated) return;
        to.Write(translated.Client);
        to.Write(translated.Server);
        to.Write(translated.ClientPort);
        to.Write(translated.ServerPort);
    }

    /// <param name="isContact">Which of the two it has to be.</param>
    /// <param name="numExporters">Of the message.</param>
    /// <param name="seenBy">Takes the indexes of the exporters that saw it; their number is returned.</param>
    public static int Read(
        ref ActFields from, bool isContact, int numExporters, scoped Span<ushort> seenBy, out ActivityChangeKind step, out RpcActivity fact)
    {
        fact = new RpcActivity
        {
            Id = from.ReadInt64(),
            Client = from.ReadAddress(),
            Server = from.ReadAddress(),
            SamplingInterval = from.ReadUInt32(),
            Interfaces = (RpcInterfaces)from.ReadUInt32(),
            Traffic = ReadTraffic(ref from),
        };
        step = (ActivityChangeKind)from.ReadOctet();
        var (basis, presences) = ((JoinBasis)from.ReadOctet(), from.ReadOctet());
        from.Check(
            step <= ActivityChangeKind.Withdrawn && presences <= AllPresences && basis <= JoinBasis.MapperOnly,
            WireRejection.UnknownValue);
        from.Check(isContact == (basis == default), WireRejection.UnknownValue);
        if (isContact)
        {
            from.Check(fact.Interfaces == RpcInterfaces.None, WireRejection.UnknownValue);
            from.Check((presences & (ActForm.HasFlow | ActForm.HasMapper)) == ActForm.HasFlow, WireRejection.UnknownValue);
        }

        var count = ReadExporters(ref from, numExporters, seenBy);
        fact = fact with
        {
            Basis = basis,
            Mapper = (presences & ActForm.HasMapper) != 0 ? ReadSpan(ref from) : null,
            Endpoint = (presences & ActForm.HasFlow) != 0 ? ReadSpan(ref from) : null,
            Translated = (presences & ActForm.IsTranslated) != 0 ? ReadTranslated(ref from) : null,
        };
        return count;
    }

    private static void Write(ref ActCursor to, in ExporterSet seenBy, WrittenAddresses exporters)
    {
        var count = seenBy.Count;
        to.Write((byte)count);
        to.Write((byte)0);
        for (var i = 0; i < ExporterSet.Capacity; i++) to.Write(i < count ? exporters.IndexOf(seenBy.IdAt(i)) : (ushort)0);
    }

    private static void Write(ref ActCursor to, in FlowSpan span)
    {
        to.Write(span.ClientPort);
        to.Write(span.ServerPort);
        to.Write(span.StartUnixMilliseconds);
        to.Write(span.EndUnixMilliseconds);
    }

    private static FlowTraffic ReadTraffic(ref ActFields from)
    {
        var (clientOctets, serverOctets, clientFlags, serverFlags, halves) =
            (from.ReadUInt32(), from.ReadUInt32(), from.ReadOctet(), from.ReadOctet(), from.ReadOctet());
        var (direction, half) = ((DirectionConfidence)(halves & ActForm.DirectionMask), (FlowHalf)(halves >> ActForm.HalfShift));
        from.Check(direction <= DirectionConfidence.Refuted && half <= FlowHalf.Both, WireRejection.UnknownValue);
        return new FlowTraffic(clientOctets, serverOctets, clientFlags, serverFlags, half, direction);
    }

    private static int ReadExporters(ref ActFields from, int numExporters, scoped Span<ushort> seenBy)
    {
        int count = from.ReadOctet();
        from.Check(count <= ExporterSet.Capacity, WireRejection.UnknownValue);
        from.Check(from.ReadOctet() == 0, WireRejection.ReservedInUse);
        for (var i = 0; i < ExporterSet.Capacity; i++)
        {
            seenBy[i] = from.ReadUInt16();
            if (i < count) from.Check(seenBy[i] < numExporters, WireRejection.IndexOutOfTable);
            else from.Check(seenBy[i] == 0, WireRejection.ReservedInUse);
        }

        return from.Reason == WireRejection.None ? count : 0;
    }

    private static FlowSpan ReadSpan(ref ActFields from) => new(from.ReadUInt16(), from.ReadUInt16(), from.ReadTime(), from.ReadTime());

    private static TranslatedEnds ReadTranslated(ref ActFields from)
    {
        var (client, server) = (from.ReadAddress(), from.ReadAddress());
        return new TranslatedEnds(client, from.ReadUInt16(), server, from.ReadUInt16());
    }
}
