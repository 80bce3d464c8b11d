using RpcCollector.Flows;

namespace RpcCollector.Metrics;

/// <summary>At which hop each reason for a rejection belongs.</summary>
/// <remarks>Its counter is shown there from the start, elsewhere once it has counted.</remarks>
internal static class RejectionReasons
{
    /// <summary>True when a reason belongs at a hop: what can be wrong with a line of Zeek's can be with one of Suricata's.</summary>
    public static bool IsOf(Rejection reason, Hop hop) => HopOf(reason) is var usual
        && (usual == hop || (hop == Hop.SuricataLine && usual == Hop.ZeekLine && reason != Rejection.LineBeforeHeader));

    /// <exception cref="ArgumentOutOfRangeException">It is no reason, or one that belongs nowhere yet.</exception>
    public static Hop HopOf(Rejection reason) => reason switch
    {
        Rejection.DatagramTooShort or Rejection.UnknownVersion or Rejection.MessageLongerThanDatagram or Rejection.MessageShorterThanHeader
            or Rejection.SetLongerThanMessage or Rejection.SetShorterThanHeader or Rejection.ExporterNotAllowed
            or Rejection.TooManyExporters or Rejection.TooManyDomains or Rejection.Sflow or Rejection.NetflowV1 or Rejection.NetflowV6
            or Rejection.NetflowV7 or Rejection.NetflowV8 => Hop.Datagram,
        Rejection.MissingTemplate or Rejection.NoRoomToWait or Rejection.UnusableTemplate or Rejection.ReservedSetId
            or Rejection.SetShorterThanRecord => Hop.Set,
        Rejection.MalformedTemplate or Rejection.ZeroLengthRecord or Rejection.TooManyFields
            or Rejection.TooManyTemplates or Rejection.TemplatesTooFast => Hop.TemplateRecord,
        Rejection.FieldLongerThanSet or Rejection.NotATransportFlow => Hop.DataRecord,
        Rejection.NotTcp or Rejection.IrrelevantPorts or Rejection.NoStartTime
            or Rejection.ImplausibleTime => Hop.FlowRecord,
        Rejection.AlreadyKnown or Rejection.EndWithoutStart => Hop.FlowStart,
        Rejection.LineTooLong or Rejection.MalformedLine or Rejection.LineBeforeHeader
            or Rejection.OtherLog or Rejection.NoOperation or Rejection.NamesNothing => Hop.ZeekLine,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "It belongs to no hop."),
    };
}
