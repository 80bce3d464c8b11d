using System.Runtime.CompilerServices;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>How many edges of each kind a host has: the basis of its role, recounted whenever an hour is closed.</summary>
internal struct HostTally
{
    /// <summary>Clients that it answered, by service.</summary>
    public ServiceCounts Served;

    /// <summary>
    /// Those of them that were known before they came, or came again on a later day, and whose job is not to contact everybody: they say
    /// something about whom they contact.
    /// </summary>
    public ServiceCounts Witnesses;

    /// <summary>Those of the witnesses that came on enough days.</summary>
    public ServiceCounts Regulars;

    /// <summary>Hosts that it contacted, domain controllers apart, and those of them that it has contacted for long enough.</summary>
    public ServiceCounts Contacted;
    public ServiceCounts Stable;

    /// <summary>Hosts without a role of a server that it contacted on enough days without being reported, or called benign.</summary>
    public ServiceCounts Peers;

    /// <summary>Hosts without a role of a server that it contacted, and that are no clients of its own.</summary>
    public int Driven;

    /// <summary>Edges that were never answered, and all edges.</summary>
    public int Refused;
    public int AsClient;
}

/// <summary>A number for each <see cref="EdgeService"/>.</summary>
[InlineArray(EdgeServiceName.Count)]
internal struct ServiceCounts
{
    private int _first;

    /// <summary>The most among the services of the remote administration family.</summary>
    public readonly int MostAdministration
    {
        get
        {
            var most = 0;
            for (var service = 0; service < EdgeServiceName.NumAdministration; service++) most = Math.Max(most, this[service]);
            return most;
        }
    }

    /// <summary>The most among all services.</summary>
    public readonly int Most
    {
        get
        {
            var most = 0;
            for (var service = 0; service < EdgeServiceName.Count; service++) most = Math.Max(most, this[service]);
            return most;
        }
    }

    public void Count(EdgeService service) => this[(int)service]++;

    public readonly int Of(EdgeService service) => this[(int)service];
}
