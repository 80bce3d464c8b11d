using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>
/// Whose sizes of flows are counted: those of a server's service, or, without one, of all servers of a role by a service.
/// </summary>
internal readonly record struct OctetKey(HostAddress? Server, HostRole Role, EdgeService Service) : IComparable<OctetKey>
{
    public static OctetKey Of(HostAddress server, EdgeService service) => new(server, HostRole.Unknown, service);

    public static OctetKey Of(HostRole role, EdgeService service) => new(null, role, service);

    public int CompareTo(OctetKey other)
    {
        var order = (Server is null).CompareTo(other.Server is null);
        if (order == 0 && Server is { } one && other.Server is { } another) order = one.CompareTo(another);

        // As numbers: an enumeration's own comparison makes objects of both.
        if (order == 0) order = ((int)Role).CompareTo((int)other.Role);
        return order != 0 ? order : ((int)Service).CompareTo((int)other.Service);
    }
}
