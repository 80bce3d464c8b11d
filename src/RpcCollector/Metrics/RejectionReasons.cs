using RpcCollector.Flows;

namespace RpcCollector.Metrics;

/// <summary>At which hop each reason for a rejection belongs: its counter is shown there from the start, elsewhere once it has counted.</summary>
internal static class RejectionReasons
{
    public static Hop HopOf(Rejection reason) => reason switch
    {
        <= Rejection.TooManyDomains => Hop.Datagram,
        <= Rejection.SetShorterThanRecord => Hop.Set,
        <= Rejection.TooManyTemplates => Hop.TemplateRecord,
        <= Rejection.NotATransportFlow => Hop.DataRecord,
        <= Rejection.NoStartTime => Hop.FlowRecord,
        <= Rejection.AlreadyKnown => Hop.FlowStart,
        _ => Hop.ZeekLine,
    };
}
