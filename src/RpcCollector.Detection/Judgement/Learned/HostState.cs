using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>A host that has been client or server of something; unique by address, named by index.</summary>
internal struct HostState : ITableRow
{
    public ulong High;
    public ulong Low;

    /// <summary>Its first edge as a client, and as a server; -1 for none.</summary>
    public int FirstAsClient;
    public int FirstAsServer;

    /// <summary>Closed epochs only; <see cref="Epoch.None"/> before.</summary>
    public int FirstEpoch;
    public int LastEpoch;

    /// <summary>
    /// Epochs in which it was a client of the family, those of them with new edges to hosts that are not servers, and all its new edges;
    /// decayed, in 1024ths, as of <see cref="HabitEpoch"/>.
    /// </summary>
    public uint ActiveEpochs;
    public uint NewPeerEpochs;
    public uint NewEdges;
    public int HabitEpoch;

    /// <summary>The most new servers within an hour that were not reported; decayed like the habits.</summary>
    public uint NewServers;

    /// <summary>The latest first contact from a host whose job is not to contact many: when, and by whom; 0 for none.</summary>
    public long ContactedAt;
    public HostAddress ContactedBy;

    public HostRole Role;

    /// <summary>The role by which its open edges were last judged.</summary>
    public HostRole JudgedRole;
    public HostTally Tally;

    /// <summary>Interfaces it was seen to serve, and to how many clients (up to 2) drsuapi or netlogon.</summary>
    public RpcInterfaces Served;
    public byte DirectoryClients;
    public HostAddress DirectoryClient;

    public bool IsDirty;

    public int Next { get; set; }

    public readonly HostAddress Address => new(High, Low);

    public readonly ulong Hash() => HashOf(new HostAddress(High, Low));

    public static ulong HashOf(HostAddress address) => TableHash.Of(TableHash.Of(address.High) ^ address.Low);
}

/// <summary>How many edges of each kind a host has: the basis of its role, recounted whenever roles are learned.</summary>
internal struct HostTally
{
    /// <summary>Clients that it answered.</summary>
    public int ServedKerberos;
    public int ServedLdap;
    public int ServedRpc;
    public int ServedSmb;
    public int ServedWinRm;

    /// <summary>The same without clients that contact many: those say nothing about whom they contact.</summary>
    public int QuietRpc;
    public int QuietSmb;
    public int QuietWinRm;

    /// <summary>Hosts that it contacted, domain controllers apart.</summary>
    public int ContactedRpc;
    public int ContactedSmb;
    public int ContactedWinRm;

    /// <summary>Those of them that are no servers.</summary>
    public int PeersRpc;
    public int PeersSmb;
    public int PeersWinRm;

    /// <summary>Those of them that it has contacted on enough days.</summary>
    public int StableRpc;
    public int StableSmb;
    public int StableWinRm;

    /// <summary>Edges that were never answered, and all edges.</summary>
    public int Refused;
    public int AsClient;

    /// <summary>Edges to domain controllers and servers.</summary>
    public int ToServers;

    public readonly int Contacted => Math.Max(ContactedRpc, Math.Max(ContactedSmb, ContactedWinRm));

    public readonly int Peers => Math.Max(PeersRpc, Math.Max(PeersSmb, PeersWinRm));

    public readonly int Stable => Math.Max(StableRpc, Math.Max(StableSmb, StableWinRm));

    public readonly int Quiet => Math.Max(QuietRpc, Math.Max(QuietSmb, QuietWinRm));

    public readonly int ServedMost => Math.Max(ServedRpc, Math.Max(ServedSmb, ServedWinRm));

    public void Serve(EdgeService service)
    {
        if (service == EdgeService.Kerberos) ServedKerberos++;
        else if (service == EdgeService.Ldap) ServedLdap++;
        else if (service == EdgeService.Rpc) ServedRpc++;
        else if (service == EdgeService.Smb) ServedSmb++;
        else ServedWinRm++;
    }

    public void CountOrdinaryClient(EdgeService service)
    {
        if (service == EdgeService.Rpc) QuietRpc++;
        else if (service == EdgeService.Smb) QuietSmb++;
        else QuietWinRm++;
    }

    public void Meet(EdgeService service)
    {
        if (service == EdgeService.Rpc) PeersRpc++;
        else if (service == EdgeService.Smb) PeersSmb++;
        else PeersWinRm++;
    }

    public void Contact(EdgeService service, bool isStable)
    {
        var stable = isStable ? 1 : 0;
        if (service == EdgeService.Rpc) (ContactedRpc, StableRpc) = (ContactedRpc + 1, StableRpc + stable);
        else if (service == EdgeService.Smb) (ContactedSmb, StableSmb) = (ContactedSmb + 1, StableSmb + stable);
        else (ContactedWinRm, StableWinRm) = (ContactedWinRm + 1, StableWinRm + stable);
    }
}
