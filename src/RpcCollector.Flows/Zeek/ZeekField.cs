using System.Collections.Frozen;
using System.Text;

namespace RpcCollector.Flows.Zeek;

/// <summary>The fields of Zeek's logs that are used.</summary>
public enum ZeekField : byte
{
    Time,
    Uid,
    OriginatorHost,
    OriginatorPort,
    ResponderHost,
    ResponderPort,
    Protocol,
    Duration,
    OriginatorBytes,
    ResponderBytes,
    OriginatorIPBytes,
    ResponderIPBytes,
    OriginatorPackets,
    ResponderPackets,
    ConnState,
    History,

    /// <summary>The RPC interface.</summary>
    Endpoint,
    Operation,

    /// <summary>The log that the line belongs to, where the line itself says so.</summary>
    Log,

    // dhcp.log

    /// <summary>The client's hardware address.</summary>
    Mac,
    HostName,
    ClientFqdn,
    Domain,
    AssignedAddress,
    LeaseTime,

    /// <summary>A list, see <see cref="ZeekLine.ListSeparator"/>.</summary>
    MessageTypes,

    // dns.log
    Query,
    QueryType,

    /// <summary>A list, see <see cref="ZeekLine.ListSeparator"/>.</summary>
    Answers,

    // ntlm.log and kerberos.log
    UserName,

    /// <summary>What the client of a logon calls itself.</summary>
    ClientName,
    UserDomain,
    ServerNetBiosName,
    ServerDnsName,

    /// <summary>T or F, in JSON true or false.</summary>
    Success,

    /// <summary>AS or TGS.</summary>
    RequestType,

    /// <summary>Who asks for a ticket: name/REALM.</summary>
    Principal,

    /// <summary>What a ticket is for.</summary>
    KerberosService,

    // smb_mapping.log

    /// <summary>A share as the client addressed it.</summary>
    SharePath,
    ShareType,

    // dce_rpc.log

    /// <summary>The pipe or, where a call has a connection of its own, the port.</summary>
    NamedPipe,

    // smb_files.log

    /// <summary>What was opened, as the client named it.</summary>
    FileName,

    /// <summary>Such as SMB::FILE_OPEN or SMB::PIPE_OPEN.</summary>
    Action,
}

/// <summary>Finds fields by the names that Zeek gives them, in whatever case.</summary>
internal static class ZeekFields
{
    public const int Count = (int)ZeekField.Action + 1;

    /// <summary>What a name in a nested object "id" is short for.</summary>
    private const string IdPrefix = "id.";

    private const int LongestName = 24;

    private static readonly FrozenDictionary<string, ZeekField> Names = new Dictionary<string, ZeekField>(StringComparer.OrdinalIgnoreCase)
    {
        ["ts"] = ZeekField.Time,
        ["uid"] = ZeekField.Uid,
        ["id.orig_h"] = ZeekField.OriginatorHost,
        ["id.orig_p"] = ZeekField.OriginatorPort,
        ["id.resp_h"] = ZeekField.ResponderHost,
        ["id.resp_p"] = ZeekField.ResponderPort,
        ["id_orig_h"] = ZeekField.OriginatorHost,
        ["id_orig_p"] = ZeekField.OriginatorPort,
        ["id_resp_h"] = ZeekField.ResponderHost,
        ["id_resp_p"] = ZeekField.ResponderPort,
        ["proto"] = ZeekField.Protocol,
        ["duration"] = ZeekField.Duration,
        ["orig_bytes"] = ZeekField.OriginatorBytes,
        ["resp_bytes"] = ZeekField.ResponderBytes,
        ["orig_ip_bytes"] = ZeekField.OriginatorIPBytes,
        ["resp_ip_bytes"] = ZeekField.ResponderIPBytes,
        ["orig_pkts"] = ZeekField.OriginatorPackets,
        ["resp_pkts"] = ZeekField.ResponderPackets,
        ["conn_state"] = ZeekField.ConnState,
        ["history"] = ZeekField.History,
        ["endpoint"] = ZeekField.Endpoint,
        ["operation"] = ZeekField.Operation,
        ["_path"] = ZeekField.Log,
        ["@path"] = ZeekField.Log,
        ["@stream"] = ZeekField.Log,
        ["mac"] = ZeekField.Mac,
        ["host_name"] = ZeekField.HostName,
        ["client_fqdn"] = ZeekField.ClientFqdn,
        ["domain"] = ZeekField.Domain,
        ["assigned_addr"] = ZeekField.AssignedAddress,
        ["assigned_ip"] = ZeekField.AssignedAddress,
        ["lease_time"] = ZeekField.LeaseTime,
        ["msg_types"] = ZeekField.MessageTypes,
        ["query"] = ZeekField.Query,
        ["qtype_name"] = ZeekField.QueryType,
        ["answers"] = ZeekField.Answers,
        ["username"] = ZeekField.UserName,
        ["hostname"] = ZeekField.ClientName,
        ["domainname"] = ZeekField.UserDomain,
        ["server_nb_computer_name"] = ZeekField.ServerNetBiosName,
        ["server_dns_computer_name"] = ZeekField.ServerDnsName,
        ["success"] = ZeekField.Success,
        ["request_type"] = ZeekField.RequestType,
        ["client"] = ZeekField.Principal,
        ["service"] = ZeekField.KerberosService,
        ["path"] = ZeekField.SharePath,
        ["share_type"] = ZeekField.ShareType,
        ["named_pipe"] = ZeekField.NamedPipe,
        ["name"] = ZeekField.FileName,
        ["action"] = ZeekField.Action,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, ZeekField>.AlternateLookup<ReadOnlySpan<char>> ByName =
        Names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>True for what has any number of values.</summary>
    public static bool IsList(ZeekField field) => field is ZeekField.MessageTypes or ZeekField.Answers;

    /// <summary>True for what only names: forwarders write fields of these names for themselves, too.</summary>
    public static bool IsOfNames(ZeekField field) => field > ZeekField.Log;

    public static ZeekField? Find(ReadOnlySpan<byte> name) => Find("", name);

    /// <summary>Finds a field by its name in a nested object "id".</summary>
    public static ZeekField? FindInId(ReadOnlySpan<byte> name) => Find(IdPrefix, name);

    private static ZeekField? Find(ReadOnlySpan<char> prefix, ReadOnlySpan<byte> name)
    {
        Span<char> characters = stackalloc char[LongestName];
        if (prefix.Length + name.Length > LongestName) return null;
        prefix.CopyTo(characters);
        var length = prefix.Length + Encoding.Latin1.GetChars(name, characters[prefix.Length..]);
        return ByName.TryGetValue(characters[..length], out var field) ? field : null;
    }
}
