using System.Collections.Frozen;
using System.Text;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Flows.Suricata;

/// <summary>The values of an event that are used.</summary>
public enum EveField : byte
{
    EventType,
    Timestamp,
    FlowId,
    Source,
    SourcePort,
    Destination,
    DestinationPort,
    Protocol,
    Start,
    End,

    /// <summary>Octets of a flow from client to server, or of a netflow record.</summary>
    Octets,
    Packets,
    ReverseOctets,
    ReversePackets,

    /// <summary>TCP flags of both directions (flow), or of the record's (netflow), in hexadecimal digits.</summary>
    TcpFlags,
    TcpFlagsToServer,
    TcpFlagsToClient,

    /// <summary>Which DCE/RPC message it was: REQUEST, BIND, ALTER_CONTEXT and others.</summary>
    Request,

    /// <summary>What was answered: RESPONSE, BINDACK, BINDNAK and others.</summary>
    Response,
    Opnum,

    /// <summary>Which DHCP message: discover, request, ack and others.</summary>
    DhcpType,
    ClientMac,
    AssignedAddress,

    /// <summary>The address that a client has already, as it says.</summary>
    ClientAddress,
    LeaseTime,
    HostName,
    ClientId,

    /// <summary>answer, response or query.</summary>
    DnsType,

    /// <summary>Of an event that is about one answer: its name, type and value.</summary>
    RecordName,
    RecordType,
    RecordData,

    /// <summary>
    /// Of an event about all answers: name, type and value of each, and after each of these <see cref="ZeekLine.ListSeparator"/>.
    /// </summary>
    Answers,

    /// <summary>KRB_AS_REP, KRB_TGS_REP, KRB_ERROR and others.</summary>
    KerberosMessage,
    KerberosClient,
    KerberosRealm,
    KerberosService,
    KerberosError,

    /// <summary>A share as the client addressed it.</summary>
    SharePath,

    /// <summary>What the server answered, in hexadecimal digits.</summary>
    SmbStatus,
    NtlmUser,
    NtlmDomain,
    NtlmHost,

    /// <summary>The share of pipes, as the client addressed it.</summary>
    NamedPipe,

    /// <summary>What was opened in a share.</summary>
    FileName,
    TreeId,
}

/// <summary>Finds values by their place in the event.</summary>
internal static class EveFields
{
    public const int Count = (int)EveField.TreeId + 1;

    private const int LongestPath = 32;

    private static readonly FrozenDictionary<string, EveField> Paths = new Dictionary<string, EveField>(StringComparer.Ordinal)
    {
        ["event_type"] = EveField.EventType,
        ["timestamp"] = EveField.Timestamp,
        ["flow_id"] = EveField.FlowId,
        ["src_ip"] = EveField.Source,
        ["src_port"] = EveField.SourcePort,
        ["dest_ip"] = EveField.Destination,
        ["dest_port"] = EveField.DestinationPort,
        ["proto"] = EveField.Protocol,
        ["flow.start"] = EveField.Start,
        ["flow.end"] = EveField.End,
        ["flow.bytes_toserver"] = EveField.Octets,
        ["flow.pkts_toserver"] = EveField.Packets,
        ["flow.bytes_toclient"] = EveField.ReverseOctets,
        ["flow.pkts_toclient"] = EveField.ReversePackets,
        ["netflow.start"] = EveField.Start,
        ["netflow.end"] = EveField.End,
        ["netflow.bytes"] = EveField.Octets,
        ["netflow.pkts"] = EveField.Packets,
        ["tcp.tcp_flags"] = EveField.TcpFlags,
        ["tcp.tcp_flags_ts"] = EveField.TcpFlagsToServer,
        ["tcp.tcp_flags_tc"] = EveField.TcpFlagsToClient,
        ["dcerpc.request"] = EveField.Request,
        ["dcerpc.response"] = EveField.Response,
        ["dcerpc.opnum"] = EveField.Opnum,
        ["dhcp.dhcp_type"] = EveField.DhcpType,
        ["dhcp.client_mac"] = EveField.ClientMac,
        ["dhcp.assigned_ip"] = EveField.AssignedAddress,
        ["dhcp.client_ip"] = EveField.ClientAddress,
        ["dhcp.lease_time"] = EveField.LeaseTime,
        ["dhcp.hostname"] = EveField.HostName,
        ["dhcp.client_id"] = EveField.ClientId,
        ["dns.type"] = EveField.DnsType,
        ["dns.rrname"] = EveField.RecordName,
        ["dns.rrtype"] = EveField.RecordType,
        ["dns.rdata"] = EveField.RecordData,
        ["krb5.msg_type"] = EveField.KerberosMessage,
        ["krb5.cname"] = EveField.KerberosClient,
        ["krb5.realm"] = EveField.KerberosRealm,
        ["krb5.sname"] = EveField.KerberosService,
        ["krb5.error_code"] = EveField.KerberosError,
        ["smb.share"] = EveField.SharePath,
        ["smb.status_code"] = EveField.SmbStatus,
        ["smb.named_pipe"] = EveField.NamedPipe,
        ["smb.filename"] = EveField.FileName,
        ["smb.tree_id"] = EveField.TreeId,
        ["smb.ntlmssp.user"] = EveField.NtlmUser,
        ["smb.ntlmssp.domain"] = EveField.NtlmDomain,
        ["smb.ntlmssp.host"] = EveField.NtlmHost,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // An object's place, and what the names in it begin with. The opnum is in "req" where DCE/RPC has a connection of its own, and
    // beside it where it goes through a pipe.
    private static readonly FrozenDictionary<string, string> Objects = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["flow"] = "flow.",
        ["netflow"] = "netflow.",
        ["tcp"] = "tcp.",
        ["dcerpc"] = "dcerpc.",
        ["dcerpc.req"] = "dcerpc.",
        ["smb"] = "smb.",
        ["smb.dcerpc"] = "dcerpc.",
        ["smb.ntlmssp"] = "smb.ntlmssp.",
        ["dhcp"] = "dhcp.",
        ["dns"] = "dns.",
        ["krb5"] = "krb5.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, EveField>.AlternateLookup<ReadOnlySpan<char>> ByPath =
        Paths.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> ObjectByPath =
        Objects.GetAlternateLookup<ReadOnlySpan<char>>();

    public static EveField? Find(string prefix, ReadOnlySpan<byte> name)
    {
        Span<char> path = stackalloc char[LongestPath];
        return TryJoin(prefix, name, ref path) && ByPath.TryGetValue(path, out var field) ? field : null;
    }

    /// <summary>What the names in an object begin with; null for an object that is not read.</summary>
    public static string? FindObject(string prefix, ReadOnlySpan<byte> name)
    {
        Span<char> path = stackalloc char[LongestPath];
        return TryJoin(prefix, name, ref path) && ObjectByPath.TryGetValue(path, out var inside) ? inside : null;
    }

    private static bool TryJoin(string prefix, ReadOnlySpan<byte> name, ref Span<char> path)
    {
        if (prefix.Length + name.Length > path.Length) return false;
        prefix.CopyTo(path);
        path = path[..(prefix.Length + Encoding.Latin1.GetChars(name, path[prefix.Length..]))];
        return true;
    }
}
