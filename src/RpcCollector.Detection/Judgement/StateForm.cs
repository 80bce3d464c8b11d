namespace RpcCollector.Detection.Judgement;

/// <summary>How saved state begins and ends.</summary>
/// <remarks>
/// <code>
/// "RpcJudge" (8) | version (4) | offset (8) | exporters by address | clocks and what of them is not believed yet
/// | roles that people told | population
/// | leases by address and by machine | hosts, those of period 0 first
/// | changes of roles | edges with their open hours and facts | operations | findings | verdicts | endpoints | common calls
/// | sizes of flows | bursts of the latest days | ports of servers | uses of rare ports that wait | position in a log
/// | since when calls through pipes are learned
/// | of the facts that are only counted, how many were answered and when the latest began
/// | SHA-256 of all before (32)
/// </code>
/// Numbers are little-endian. The offset is the number of inputs that were taken since ever; exporters are named by their place in the
/// list, from 0 on. A change of the form is another version. What people told is beside what was learned, and nothing of it is in a
/// host: who reads this may be told otherwise. Version 11 ended before that. Version 10 did not say since when calls through pipes
/// are learned, nor on which days a pair made connections of many calls. Version 9 had no position in a log. Version 8 did not say since
/// when three known clients use a port: since its last use, where they do; nor which finding is low for that. Version 7 did not say how
/// much like replication the answers are that a pair gets as usual: all count as such. Version 6 had the bursts of the last day beside
/// those of earlier ones in each edge. Version 5 had no common calls, no sizes of flows, no ports of servers (they are learned anew),
/// findings without services and rarity, and bursts of mapper flows by the minute. Version 4 had no told roles. Version 3 had no leases:
/// every host had one machine. Version 2 had no notes, nothing else that findings carry since, and no roles: those are earned at once from
/// what it holds. Version 1 had neither offset nor list either and named exporters by numbers of the process that wrote it: the exporters
/// of what it holds are left out, since nobody knows any more whose numbers they were. All are read still; any other version is refused.
/// </remarks>
internal static class StateForm
{
    public const ulong Magic = 0x6567_6475_4A63_7052;
    public const int Version = 12;

    /// <summary>The same without what is known of facts that are only counted; it is read too.</summary>
    public const int VersionWithoutBeyond = 11;

    /// <summary>The same without since when calls through pipes are learned, and days of many calls; it is read too.</summary>
    public const int VersionWithoutPipes = 10;

    /// <summary>The same without a position in a log; it is read too.</summary>
    public const int VersionWithoutPosition = 9;

    /// <summary>The same without since when some known clients share a port; it is read too.</summary>
    public const int VersionWithoutShared = 8;

    /// <summary>The same without how much like replication usual answers are; it is read too.</summary>
    public const int VersionWithoutReplication = 7;

    /// <summary>The same with the bursts of the latest days among those of edges; it is read too.</summary>
    public const int VersionWithoutBursts = 6;

    /// <summary>
    /// The same without services of findings and how rare they are, without common calls, sizes of flows and ports; it is read too.
    /// </summary>
    public const int VersionWithoutPorts = 5;

    /// <summary>The same without roles that people told; it is read too.</summary>
    public const int VersionWithoutToldRoles = 4;

    /// <summary>The same without leases, and what names the machine that held an address; it is read too.</summary>
    public const int VersionWithoutLeases = 3;

    /// <summary>The same without roles and without what findings carry besides their drafts; it is read too.</summary>
    public const int VersionWithoutRoles = 2;

    /// <summary>The same without offset, addresses and what is known of the clock; it is read too.</summary>
    public const int FirstVersion = 1;

    /// <summary>No text is longer.</summary>
    public const int MaxText = 4_096;

    /// <summary>No list of a finding is longer.</summary>
    public const int MaxList = 64;
}
