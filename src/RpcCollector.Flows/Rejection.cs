namespace RpcCollector.Flows;

/// <summary>Why input was not used: a closed list, one counter each. The metric label is the name in snake_case.</summary>
public enum Rejection : byte
{
    None,

    // Datagram

    /// <summary>Fewer octets than the header of its version.</summary>
    DatagramTooShort,

    /// <summary>The version is none of 5, 9 and 10.</summary>
    UnknownVersion,

    /// <summary>sFlow: samples of packets, not flow records.</summary>
    Sflow,

    /// <summary>NetFlow v1, which nothing current sends.</summary>
    NetflowV1,

    /// <summary>NetFlow v6.</summary>
    NetflowV6,

    /// <summary>NetFlow v7, of Catalyst switches.</summary>
    NetflowV7,

    /// <summary>NetFlow v8: aggregated, so that single flows cannot be told.</summary>
    NetflowV8,

    /// <summary>IPFIX: the Message states more octets than arrived (RFC 7011, 3.1).</summary>
    MessageLongerThanDatagram,

    /// <summary>IPFIX: the Message states fewer octets than its own header.</summary>
    MessageShorterThanHeader,

    /// <summary>A Set ends beyond its datagram: nothing in the Message can be trusted (RFC 7011, 3.3.2).</summary>
    SetLongerThanMessage,

    /// <summary>A Set states fewer octets than its own header, so the next one cannot be found.</summary>
    SetShorterThanHeader,

    /// <summary>The sender is not among the exporters that may export.</summary>
    ExporterNotAllowed,

    /// <summary>A new exporter when there are as many as there may be, and none makes room.</summary>
    TooManyExporters,

    /// <summary>A new Observation Domain beyond the bound of its exporter, when none makes room.</summary>
    TooManyDomains,

    // Set

    /// <summary>Data Set whose Template has not arrived.</summary>
    MissingTemplate,

    /// <summary>Data Set whose Template has not arrived, and there is no room left to wait for it.</summary>
    NoRoomToWait,

    /// <summary>
    /// Data Set whose Template was redefined by a record that cannot be used, and no definition that can be used came: the former layout
    /// must not read it (RFC 7011, 8 and 9).
    /// </summary>
    UnusableTemplate,

    /// <summary>Set ID 4 to 255, reserved (RFC 7011, 3.3.2), or the other protocol's template id.</summary>
    ReservedSetId,

    /// <summary>A Data Set shorter than one record of its Template.</summary>
    SetShorterThanRecord,

    // TemplateRecord

    /// <summary>A Template Record ends beyond its Set, states an id below 256, or describes records that no Set can hold.</summary>
    MalformedTemplate,

    /// <summary>A Template whose records could have length zero: reading it would never end.</summary>
    ZeroLengthRecord,

    /// <summary>A Template with more fields than the bound.</summary>
    TooManyFields,

    /// <summary>A new Template beyond the bound on Templates.</summary>
    TooManyTemplates,

    /// <summary>
    /// A new or changed Template when senders of its network have just sent very many: the rest of its Set is not read either.
    /// </summary>
    TemplatesTooFast,

    // DataRecord

    /// <summary>A variable-length field that ends beyond its Set: the rest of the Set is skipped.</summary>
    FieldLongerThanSet,

    /// <summary>
    /// The record has no IP addresses, protocol or ports, or addresses that no connection has (<see cref="HostAddress.IsConnectable"/>,
    /// or one address at both ends): it is not a flow between transport endpoints.
    /// </summary>
    NotATransportFlow,

    // FlowRecord

    /// <summary>Not TCP.</summary>
    NotTcp,

    /// <summary>No port of Windows remote administration and not between two possible dynamic ports.</summary>
    IrrelevantPorts,

    /// <summary>The record carries no time from which a start could be known.</summary>
    NoStartTime,

    /// <summary>The record carries a time, but none that can be: not as its element asks, nor by any other coding.</summary>
    ImplausibleTime,

    // FlowStart

    /// <summary>The same connection was known already: another half, a continuation, a second exporter.</summary>
    AlreadyKnown,

    /// <summary>An event that ended a connection whose start has not been told, or not yet.</summary>
    EndWithoutStart,

    // ZeekLine, and but for LineBeforeHeader SuricataLine

    /// <summary>A line of a log with more octets than any that Zeek or Suricata writes.</summary>
    LineTooLong,

    /// <summary>A line that is no JSON object, contradicts itself, or has more or fewer columns than its header.</summary>
    MalformedLine,

    /// <summary>A line of columns before any header has named them.</summary>
    LineBeforeHeader,

    /// <summary>A line of a log, or an event, of which nothing is read; of smb_files.log all but pipes that are known.</summary>
    OtherLog,

    /// <summary>
    /// A line of dce_rpc.log, or an event dcerpc or smb, that names no interface or no operation, nor a pipe that is known.
    /// </summary>
    NoOperation,

    /// <summary>A line of dhcp, dns, ntlm, kerberos or smb_mapping, or such an event, that names no host and no user.</summary>
    NamesNothing,
}
