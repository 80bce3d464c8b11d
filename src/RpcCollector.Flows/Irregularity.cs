namespace RpcCollector.Flows;

/// <summary>What was odd about input that was used all the same: a closed list, one counter each.</summary>
public enum Irregularity : byte
{
    /// <summary>A NetFlow v5 header states a different number of records than the datagram holds; the smaller number was read.</summary>
    RecordCountWrong,

    /// <summary>An IPFIX Message is followed by further octets in its datagram; they were ignored.</summary>
    OctetsAfterMessage,

    /// <summary>A Set ends beyond the stated length of its Message, but within the datagram; it was read.</summary>
    MessageLengthTooShort,

    /// <summary>The Template came from another Transport Session of the same exporter and domain: the exporter changed its port.</summary>
    TemplateFromOtherSession,

    /// <summary>A Template differs from the one known under the same id.</summary>
    TemplateChanged,

    /// <summary>
    /// A withdrawal over UDP was ignored (RFC 7011, 8.4): datagrams reorder, and obeying a late one would blind us until the next
    /// refresh.
    /// </summary>
    WithdrawalIgnored,

    /// <summary>A flow start after its own export, or an end before its start, was clamped.</summary>
    TimeClamped,

    /// <summary>An exporter restarted, as its uptime shows.</summary>
    ExporterRestarted,

    /// <summary>An exporter's time of day jumped relative to its uptime, by more than drift explains.</summary>
    ExporterClockStepped,

    /// <summary>A Data Set came before its Template, and was decoded once the Template arrived.</summary>
    DecodedAfterWaiting,

    /// <summary>A datagram was longer than Udp:MaxDatagramBytes and was cut; what is left of it was read as far as it can be.</summary>
    DatagramTruncated,

    /// <summary>A different Template came over UDP, where anybody may have sent it: both are held, and the data decide.</summary>
    TemplateContested,

    /// <summary>A known Template was redefined by a record that cannot be used: its Data Sets wait for the next one that can.</summary>
    TemplateInDoubt,

    /// <summary>A Data Set was read by another Template than the one that stands, because its values fit only that one.</summary>
    ReadByContestedTemplate,

    /// <summary>Options data, or a v5 header, stated something else than before; what stood stays until that has been repeated.</summary>
    OptionsContested,

    /// <summary>A header showed another start of the exporter, and the next one the former start again.</summary>
    ExporterClockContested,

    /// <summary>A record states that its exporter did not let the connection through: nothing is joined with it.</summary>
    FlowRefused,

    /// <summary>The export time in a header is more than five minutes from the arrival: the arrival counts in its place.</summary>
    HeaderTimeWrong,

    /// <summary>A time is coded otherwise than its element asks, and was read by the only coding that brings it near the arrival.</summary>
    TimeRecoded,

    /// <summary>A record without any time was given that of its arrival (Flows:UseArrivalTime).</summary>
    ArrivalTimeUsed,

    /// <summary>
    /// Devices stated of one flow that it is the other side of two connections, or of one that is its own other side: none was believed.
    /// </summary>
    TranslationContested,
}
