using RpcCollector.Flows;
using static RpcCollector.Flows.TcpFlags;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>Reads an activity or a contact as a <see cref="Fact"/>.</summary>
internal sealed class FactReader(JudgementOptions options)
{
    // What a mapper sends of its whole list of endpoints, at least, and how many times what it is sent for it.
    private const uint ListOctets = 20_000;
    private const int ListRatio = 2;

    // Of a sampled flow so many octets must have been seen for its two halves to be compared: some twenty packets.
    private const uint SampledOctets = 10_000;

    public static long KeyOf(in RpcActivity activity) => activity.Id << 1;

    public static long KeyOf(in AdministrationContact contact) => contact.Id << 1 | 1;

    public Fact Read(in RpcActivity activity)
    {
        var fact = Read(activity.Traffic, activity.StartUnixMilliseconds, activity.Exporters, activity.SamplingInterval);
        fact.Key = KeyOf(activity);
        fact.Basis = activity.Basis;
        if (activity.Mapper is { } mapper)
        {
            fact.Marks |= FactMarks.Mapper;
            fact.MapperClientPort = mapper.ClientPort;
            fact.MapperStart = Offset(mapper.StartUnixMilliseconds - fact.Start);
            fact.MapperEnd = Math.Max(fact.MapperStart, Offset(mapper.EndUnixMilliseconds - fact.Start));
        }

        if (IsListed(activity)) fact.Marks |= FactMarks.Listed;
        if (activity.Endpoint is not { } endpoint) return fact;
        AddFlow(ref fact, endpoint);
        if (IsShaped(activity)) fact.Marks |= FactMarks.Shaped;
        if (Uploads.IsManyCalls(activity)) fact.Marks |= FactMarks.Upload;
        return fact;
    }

    public Fact Read(in AdministrationContact contact)
    {
        var fact = Read(contact.Traffic, contact.Flow.StartUnixMilliseconds, contact.Exporters, contact.SamplingInterval);
        fact.Key = KeyOf(contact);
        AddFlow(ref fact, contact.Flow);
        if (Uploads.IsUpload(contact)) fact.Marks |= FactMarks.Upload;
        if (BriefSessions.AreCalls(contact)) fact.Marks |= FactMarks.Shaped;
        return fact;
    }

    private static Fact Read(in FlowTraffic traffic, long start, in ExporterSet exporters, uint samplingInterval)
    {
        var marks = FactMarks.None;
        if (traffic.IsRefused) marks |= FactMarks.Unanswered | FactMarks.Refused;
        else if (IsUnanswered(traffic)) marks |= FactMarks.Unanswered;
        if (traffic.Direction == DirectionConfidence.Uncertain) marks |= FactMarks.Uncertain;
        return new Fact
        {
            Start = start,
            Exporters = exporters,
            SamplingInterval = samplingInterval,
            ClientOctets = traffic.ClientOctets,
            ServerOctets = traffic.ServerOctets,
            Marks = marks,
        };
    }

    private static void AddFlow(ref Fact fact, in FlowSpan flow)
    {
        fact.Marks |= FactMarks.Flow;
        (fact.ClientPort, fact.ServerPort) = (flow.ClientPort, flow.ServerPort);
        fact.FlowStart = Offset(flow.StartUnixMilliseconds - fact.Start);
        fact.FlowEnd = Math.Max(fact.FlowStart, Offset(flow.EndUnixMilliseconds - fact.Start));
    }

    /// <summary>The client never acknowledged anything, and the server sent at most a reset; or the client was never seen to ask.</summary>
    private static bool IsUnanswered(in FlowTraffic traffic)
    {
        var (client, server) = (traffic.ClientTcpFlags, traffic.ServerTcpFlags);

        // 1. Who only resets did not ask; and packets of the server alone, without a SYN, are no answer: anybody can send them.
        if ((client & (Fin | Syn | Rst | Psh | Ack)) is Rst or (Rst | Ack)) return true;
        if ((server & Syn) != 0) return false;
        if (traffic.Half == FlowHalf.FromServer && server != 0) return true;

        // 2. Who asked was refused, or not heard.
        if ((server & Rst) != 0 && (client & Ack) == 0) return true;
        return (client & (Syn | Ack)) == Syn && server == 0;
    }

    private static bool IsListed(in RpcActivity activity) =>
        activity.Basis == JoinBasis.MapperOnly
        && activity.Traffic.Half == FlowHalf.Both
        && activity.SamplingInterval <= 1
        && activity.Traffic.ServerOctets >= ListOctets
        && activity.Traffic.ServerOctets >= ListRatio * (long)activity.Traffic.ClientOctets;

    private bool IsShaped(in RpcActivity activity) =>
        activity.Traffic.Half == FlowHalf.Both
        && (activity.SamplingInterval <= 1 || activity.Traffic.ServerOctets >= (long)SampledOctets * activity.SamplingInterval)
        && activity.Traffic.ServerOctets >= options.ReplicationOctets
        && activity.Traffic.ServerOctets >= options.ReplicationRatio * activity.Traffic.ClientOctets;

    private static uint Offset(long milliseconds) => (uint)Math.Clamp(milliseconds, 0, uint.MaxValue);
}
