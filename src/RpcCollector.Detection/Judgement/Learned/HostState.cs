using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>A host that has been client or server of something; unique by address and period, named by index.</summary>
internal struct HostState : ITableRow
{
    public ulong High;
    public ulong Low;

    /// <summary>Which of the machines that had the address; roles and what they rest on are those of period 0.</summary>
    public long Period;

    /// <summary>The row of the same address whose period is 0; its own index when it is that.</summary>
    public int Base;

    /// <summary>The next row of the same address, from the one of period 0 on; -1 at the end.</summary>
    public int NextOfAddress;

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

    /// <summary>The latest first contacts by hosts whose job is not to contact many.</summary>
    public LatestContacts Contacted;

    /// <summary>The role that the settings or a person tell; null when nobody does. It outranks what is learned.</summary>
    public HostRole? Told;

    /// <summary>True when a person does: then roles go on to be learned beneath, for when that is taken back.</summary>
    public bool IsToldByPerson;

    /// <summary>The role that exempts or softens, as far as it was earned; unknown while none was.</summary>
    public SettledRole Settled;

    /// <summary>
    /// The first closed hour in which it was a client of a server or domain controller; <see cref="Epoch.None"/> before.
    /// </summary>
    public int WorkstationSince;

    /// <summary>The first such hour among the open ones, as of a round of <see cref="Roles"/>; not saved.</summary>
    public int WorkstationInOpen;
    public int OpenRound;

    /// <summary>The hours in which it had a crowd of clients, and a few, as of a round of <see cref="Crowds"/>; not saved.</summary>
    public int CrowdSince;
    public int FewSince;
    public int CrowdRound;

    /// <summary>As a server: how many clients the hours that are open show; not saved.</summary>
    public HourlyClients Clients;

    /// <summary>Its role in the hour that was closed last.</summary>
    public HostRole Role;

    /// <summary>The role by which its open edges were last judged.</summary>
    public HostRole JudgedRole;
    public HostTally Tally;

    /// <summary>Interfaces it was seen to serve.</summary>
    public RpcInterfaces Served;

    public bool IsDirty;

    public int Next { get; set; }

    public readonly HostAddress Address => new(High, Low);

    public readonly HostIdentity Identity => new(Address, Period);

    public readonly bool IsBase => Period == 0;

    /// <summary>True while the host has been known for so short a time that what it seems to be is a guess.</summary>
    public readonly bool IsYoung(int epoch, TimeSpan youngHost) => FirstEpoch == Epoch.None || epoch - FirstEpoch < youngHost.TotalHours;

    public readonly ulong Hash() => HashOf(Identity);

    public static ulong HashOf(HostIdentity host) =>
        TableHash.Of(TableHash.Of(host.Address.High ^ (ulong)host.Period) ^ host.Address.Low);
}
