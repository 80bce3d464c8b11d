using System.Collections.Frozen;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Advice;

/// <summary>Wireshark's display filters.</summary>
internal static class WiresharkFilter
{
    // By Zeek's name of the interface. Others have no dissector of their own: their UUID in the bind finds them.
    private static readonly FrozenDictionary<string, string> Dissectors = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["atsvc"] = "atsvc",
        ["drsuapi"] = "drsuapi",
        ["efsrpc"] = "efs",
        ["efsrpc2"] = "efs",
        ["epmapper"] = "epm",
        ["eventlog"] = "eventlog",
        ["FileServerVssAgent"] = "fsrvp",
        ["IActivation"] = "remact",
        ["InitShutdown"] = "initshutdown",
        ["IRemoteSCMActivator"] = "isystemactivator",
        ["IRemoteWinspool"] = "iremotewinspool",
        ["lsarpc"] = "lsarpc",
        ["netdfs"] = "netdfs",
        ["netlogon"] = "rpc_netlogon",
        ["samr"] = "samr",
        ["spoolss"] = "spoolss",
        ["srvsvc"] = "srvsvc",
        ["svcctl"] = "svcctl",
        ["winreg"] = "winreg",
        ["wkssvc"] = "wkssvc",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <returns>All packets between the ends, and of these the calls.</returns>
    public static (string Packets, string Calls) Of(KindAdvice advice, TrafficEnds ends, AdviceWindow window)
    {
        var packets =
            $"{Ends(ends)} && frame.time_epoch >= {window.FromUnixSeconds} && frame.time_epoch < {window.UntilUnixSeconds}";
        return (packets, $"{packets} && ({Calls(advice)})");
    }

    private static string Ends(TrafficEnds ends)
    {
        if (ends is { From: { } from, To: { } to }) return $"{Address(from, "addr")} && {Address(to, "addr")}";
        var ports = $"tcp.port in {{{string.Join(", ", ends.Ports)}}}";
        return $"{Address(ends.From ?? ends.To!.Value, "addr")} && {ports}";
    }

    private static string Address(HostAddress address, string field) => $"{(address.IsIPv4 ? "ip" : "ipv6")}.{field} == {address}";

    private static string Calls(KindAdvice advice)
    {
        if (advice.AnswersOn.Count > 0) return "kerberos || ldap || cldap || smb || smb2";
        var interfaces = advice.Interfaces;
        if (interfaces.Count == 0) return "dcerpc || smb || smb2 || http";
        var dissectors = interfaces.Select(name => Dissectors.GetValueOrDefault(name)).OfType<string>();
        var bound = InterfaceCatalog.Interfaces.Where(known => interfaces.Contains(known.Name, StringComparer.Ordinal))
            .Select(known => known.Id).Order().Select(id => $"dcerpc.cn_bind_to_uuid == {id}");
        return string.Join(" || ", dissectors.Distinct(StringComparer.Ordinal).Concat(bound));
    }
}
