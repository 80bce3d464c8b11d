using RpcCollector.Captures;
using RpcCollector.Flows;

namespace RpcCollector.Commands;

/// <summary>Explains to people why something was not used.</summary>
internal static class RejectionMeaning
{
    public static string Of(Rejection reason) => reason switch
    {
        Rejection.DatagramTooShort => "datagrams with fewer octets than their header",
        Rejection.UnknownVersion => "datagrams that are neither NetFlow v5, v9 nor IPFIX",
        Rejection.Sflow => "datagrams of sFlow: samples of packets, not flow records",
        Rejection.NetflowV1 => "datagrams of NetFlow v1, which is not read",
        Rejection.NetflowV6 => "datagrams of NetFlow v6, which is not read",
        Rejection.NetflowV7 => "datagrams of NetFlow v7, which is not read",
        Rejection.NetflowV8 => "datagrams of NetFlow v8: aggregated, without single flows",
        Rejection.MessageLongerThanDatagram => "Messages that state more octets than arrived",
        Rejection.MessageShorterThanHeader => "Messages that state fewer octets than their own header",
        Rejection.SetLongerThanMessage => "Messages with a Set that ends beyond them",
        Rejection.SetShorterThanHeader => "Sets that state fewer octets than their own header",
        Rejection.ExporterNotAllowed => "datagrams of senders that may not export (Flows:AllowedExporters)",
        Rejection.TooManyExporters => "datagrams of exporters beyond Flows:MaxExporters",
        Rejection.TooManyDomains => "datagrams of Observation Domains beyond the bound of their exporter",
        Rejection.MissingTemplate => "Data Sets whose Template had not arrived",
        Rejection.NoRoomToWait => "Data Sets whose Template had not arrived and that found no room to wait (Flows:MaxWaitingBytes)",
        Rejection.UnusableTemplate => "Data Sets whose Template was redefined by a record that cannot be used",
        Rejection.ReservedSetId => "Sets with a reserved id",
        Rejection.SetShorterThanRecord => "Data Sets shorter than one record of their Template",
        Rejection.MalformedTemplate => "Templates that end beyond their Set, have a reserved id, or describe records longer than any Set",
        Rejection.ZeroLengthRecord => "Templates whose records could have length zero",
        Rejection.TooManyFields => "Templates with more fields than Flows:MaxFieldsPerTemplate",
        Rejection.TooManyTemplates => "Templates beyond Flows:MaxTemplatesPerExporter",
        Rejection.TemplatesTooFast => "Template Sets of networks that send very many new Templates at once",
        Rejection.FieldLongerThanSet => "records with a field that ends beyond its Set",
        Rejection.NotATransportFlow => "records without addresses, protocol or ports, or with addresses that no connection has",
        Rejection.NotTcp => "flows that are not TCP",
        Rejection.IrrelevantPorts => "flows on ports that RPC and remote administration do not use",
        Rejection.NoStartTime => "flows without a time",
        Rejection.ImplausibleTime => "flows whose times cannot be, by any coding",
        Rejection.EndWithoutStart => "ends of connections whose start was not told",
        Rejection.AlreadyKnown => "flow starts of connections that were known already (other half, continuation, second exporter)",
        Rejection.LineTooLong => "lines of logs longer than any that Zeek or Suricata writes",
        Rejection.MalformedLine => "lines of logs that are cut, contradict themselves or are no record",
        Rejection.LineBeforeHeader => "lines of Zeek logs whose columns no header has named",
        Rejection.OtherLog => "lines of logs of Zeek, and events of Suricata, of which nothing is read",
        Rejection.NoOperation =>
            "lines of dce_rpc.log, events dcerpc and smb, without an interface or an operation, or a pipe that is known",
        Rejection.NamesNothing => "lines of dhcp, dns, ntlm, kerberos and smb_mapping, and such events, that name no host and no user",
        _ => reason.ToString(),
    };

    public static string Of(CaptureLoss loss) => loss switch
    {
        CaptureLoss.UnknownLinkType => "packets of a link type that is not read",
        CaptureLoss.PppLinkType => "packets of a PPP capture, a link type that is not read",
        CaptureLoss.NflogLinkType => "packets of an NFLOG capture, a link type that is not read",
        CaptureLoss.VnTag => "frames with a VN-Tag, which is not read",
        CaptureLoss.NotIP => "frames that are no IP packets",
        CaptureLoss.NotUdp => "IP packets that are no UDP datagrams",
        CaptureLoss.NestedTooDeeply => "packets in more tunnels than are followed",
        CaptureLoss.CutPacket => "packets that the capture cut short",
        CaptureLoss.IncompleteFragments => "fragmented packets of which a part is missing",
        CaptureLoss.Sflow => Of(Rejection.Sflow),
        CaptureLoss.NetflowV1 => Of(Rejection.NetflowV1),
        CaptureLoss.NetflowV6 => Of(Rejection.NetflowV6),
        CaptureLoss.NetflowV7 => Of(Rejection.NetflowV7),
        CaptureLoss.NetflowV8 => Of(Rejection.NetflowV8),
        CaptureLoss.NotAnExport => "UDP datagrams that are no export",
        CaptureLoss.UnreadablePacket => "packet records that make no sense",
        CaptureLoss.DamagedFile => "files that end early or are damaged from some place on",
        CaptureLoss.ModifiedPcap => "files in a modified pcap format",
        CaptureLoss.NotACapture => "files that are no captures",
        _ => loss.ToString(),
    };
}
