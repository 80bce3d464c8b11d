using System.Collections.Frozen;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Operations;

/// <summary>What RPC operations mean, and what their interfaces say about whoever calls them.</summary>
public static partial class OperationCatalog
{
    private static readonly FrozenDictionary<(string Interface, string Operation), CataloguedOperation> ByName =
        Rows().Concat(FurtherRows()).ToFrozenDictionary(row => (row.Interface, row.Operation));

    private static readonly FrozenDictionary<string, RpcInterfaces> Interfaces =
        new Dictionary<string, RpcInterfaces>(StringComparer.Ordinal)
        {
            ["lsarpc"] = RpcInterfaces.Lsarpc,
            ["netlogon"] = RpcInterfaces.Netlogon,
            ["samr"] = RpcInterfaces.Samr,
            ["drsuapi"] = RpcInterfaces.Drsuapi,
            ["svcctl"] = RpcInterfaces.Svcctl,
            ["atsvc"] = RpcInterfaces.Tasks,
            ["ITaskSchedulerService"] = RpcInterfaces.Tasks,
            ["sasec"] = RpcInterfaces.Tasks,
            ["IWbemServices"] = RpcInterfaces.Wmi,
            ["IWbemLevel1Login"] = RpcInterfaces.Wmi,
            ["IWbemLoginClientID"] = RpcInterfaces.Wmi,
            ["IEnumWbemClassObject interface"] = RpcInterfaces.Wmi,
            ["IWbemFetchSmartEnum interface"] = RpcInterfaces.Wmi,
            ["IWbemWCOSmartEnum interface"] = RpcInterfaces.Wmi,
            ["IRemoteSCMActivator"] = RpcInterfaces.Dcom,
            ["IActivation"] = RpcInterfaces.Dcom,
            ["IObjectExporter"] = RpcInterfaces.Dcom,
            ["IRemUnknown"] = RpcInterfaces.Dcom,
            ["IRemUnknown2"] = RpcInterfaces.Dcom,
            ["winreg"] = RpcInterfaces.Winreg,
            ["srvsvc"] = RpcInterfaces.Srvsvc,
            ["wkssvc"] = RpcInterfaces.Wkssvc,
            ["spoolss"] = RpcInterfaces.Spoolss,
            ["IRemoteWinspool"] = RpcInterfaces.Spoolss,
            ["eventlog"] = RpcInterfaces.Eventlog,
            ["IEventService"] = RpcInterfaces.Eventlog,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every row of the catalogue.</summary>
    public static IReadOnlyList<CataloguedOperation> Operations => ByName.Values;

    /// <summary>The names of the interfaces that <see cref="Of(string)"/> knows.</summary>
    public static IReadOnlyList<string> InterfaceNames => Interfaces.Keys;

    /// <summary>What an operation means; null for the thousands that mean nothing by themselves. Names are case-sensitive.</summary>
    public static CataloguedOperation? Find(string onInterface, string operation) => ByName.GetValueOrDefault((onInterface, operation));

    /// <summary>What an interface, by Zeek's name, says about whoever calls it; none for most.</summary>
    public static RpcInterfaces Of(string onInterface) => Interfaces.GetValueOrDefault(onInterface);

    public static RpcInterfaces Of(in RpcOperation operation) => Of(operation.Interface);

    /// <summary>The interfaces that a person means by a name of ours or of Zeek, in any case, or by a UUID.</summary>
    /// <returns>False where it means none of those that endpoints are known by.</returns>
    public static bool TryFind(string text, out RpcInterfaces interfaces)
    {
        if (Guid.TryParse(text, out var id)) text = InterfaceCatalog.Interfaces.FirstOrDefault(known => known.Id == id).Name ?? "";
        foreach (var one in Enum.GetValues<RpcInterfaces>())
        {
            interfaces = one;
            if (one != RpcInterfaces.None && RpcInterfaceNames.Of(one).Contains(text, StringComparer.OrdinalIgnoreCase)) return true;
        }

        interfaces = Interfaces.FirstOrDefault(known => known.Key.Equals(text, StringComparison.OrdinalIgnoreCase)).Value;
        return interfaces != RpcInterfaces.None;
    }

    /// <summary>What a call teaches of the server's port: that it is an RPC endpoint, and which interface it carries.</summary>
    /// <returns>False for ports of many interfaces: the mapper, named pipes (445, 139), RPC over HTTP.</returns>
    public static bool TryGetCarriedInterfaces(in RpcOperation operation, out RpcInterfaces interfaces)
    {
        interfaces = Of(operation);
        return !WellKnownPort.IsRemoteAdministration(operation.ServerPort);
    }

    private static OperationGroup Group(FindingKind kind, string technique, string techniqueName, string[] analytics) =>
        new(kind, technique, techniqueName, analytics);
}
