using System.ComponentModel.DataAnnotations;
using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>Settings of the judgement: what is learned for how long, and at which threshold each rule reports.</summary>
public sealed class JudgementOptions : IValidatableObject
{
    [Setting("Whether activity is judged: without it nothing is learned and there are no findings.")]
    public bool Enabled { get; set; } = true;

    [Setting(
        "How long after the first activity the judge is still learning: nothing is rated high because it is new, and novelty alone is " +
        "not reported.", Unit = "d.hh:mm:ss", Minimum = 0, Maximum = 31_536_000)]
    public TimeSpan LearningPeriod { get; set; } = TimeSpan.FromDays(14);

    [Setting(
        "How long after the end of an hour its activity may arrive; what comes later is judged in the first hour that is open, or, " +
            "beyond a day, only counted.",
        Unit = "hh:mm:ss", Minimum = 60, Maximum = 86_400)]
    public TimeSpan Lateness { get; set; } = TimeSpan.FromHours(1);

    [Setting(
        "How often what has changed is judged again, by the clock of arrivals; the final findings do not depend on it.", Unit = "hh:mm:ss",
        Minimum = 0.1, Maximum = 3_600)]
    public TimeSpan EvaluateEvery { get; set; } = TimeSpan.FromSeconds(1);

    [Setting(
        "How often all of the hours that are open is judged again, where something came since: what others did with the same hosts, and " +
            "was told later, counts by then. The final findings do not depend on it.",
        Unit = "hh:mm:ss", Minimum = 0.1, Maximum = 86_400)]
    public TimeSpan ReviewEvery { get; set; } = TimeSpan.FromSeconds(30);

    [Setting("After how long a learned habit counts only half.", Unit = "d.hh:mm:ss", Minimum = 3_600, Maximum = 31_536_000)]
    public TimeSpan HalfLife { get; set; } = TimeSpan.FromDays(7);

    [Setting(
        "How long an edge, a host or a finding is remembered after it was last seen.", Unit = "d.hh:mm:ss", Minimum = 86_400,
        Maximum = 315_360_000)]
    public TimeSpan Retain { get; set; } = TimeSpan.FromDays(45);

    [Setting(
        "How many edges (client, server, service) are remembered; beyond it those seen longest ago are forgotten and counted as evicted.",
        Unit = "edges", Minimum = 1_000, Maximum = 100_000_000)]
    public int MaxEdges { get; set; } = 1_500_000;

    [Setting(
        "How many activities and contacts of the hours still open are held; further ones are only counted. Contacts fill half of it at " +
        "most, save the first of each edge and hour.", Unit = "activities", Minimum = 1_000, Maximum = 100_000_000)]
    public int MaxOpenFacts { get; set; } = 1_000_000;

    [Setting(
        "How many activities of one edge in one hour are held, 65,535 at most; further ones are only counted.", Unit = "activities",
        Minimum = 64, Maximum = 1_000_000)]
    public int MaxOpenFactsPerEdge { get; set; } = 1_024;

    [Setting(
        "How many named operations of one client and server in one hour are held; further ones are counted as late.", Unit = "operations",
        Minimum = 64, Maximum = 1_000_000)]
    public int MaxOperationsPerPair { get; set; } = 2_048;

    [Setting(
        "How many findings the judge remembers; beyond it those are forgotten of which most came at once, the least severe and least " +
        "known first, and none that a person has judged.", Unit = "findings", Minimum = 100, Maximum = 1_000_000)]
    public int MaxFindings { get; set; } = 20_000;

    [Setting(
        "How many findings of one kind, one for each server, a client may have within an hour; when there are more, one about the " +
        "client alone stands for all of them and says how many servers they are.", Unit = "findings", Minimum = 2, Maximum = 10_000)]
    public int PairsPerKind { get; set; } = 16;

    [Setting(
        "How many (server, port) pairs are remembered as RPC endpoints, and how many as ports that clients use; beyond it those seen " +
        "longest ago are forgotten.",
        Unit = "endpoints", Minimum = 100, Maximum = 10_000_000)]
    public int MaxKnownEndpoints { get; set; } = 100_000;

    [Setting(
        "How many known clients must use a port of a server at least before it is common there; a tenth of the server's known RPC " +
        "clients, if that is more.", Unit = "clients", Minimum = 2, Maximum = 64)]
    public int CommonPortClients { get; set; } = 3;

    [Setting(
        "How long a port may take to become common before the use of it is reported: a restart moves ports. On a domain controller it " +
        "is shown at once, with low severity.", Unit = "hh:mm:ss", Minimum = 0, Maximum = 86_400)]
    public TimeSpan CommonPortAfter { get; set; } = TimeSpan.FromHours(2);

    [Setting(
        "Roles that you know, such as 192.0.2.10=domain-controller or 192.0.2.0/24=workstation; they override what is learned. One of " +
        "unknown, workstation, server, management-server, scanner, domain-controller, directory-synchronizer (or replicates-directory).",
        Unit = "list of address=role")]
    public string[] Roles { get; set; } = [];

    [Setting(
        "The least number of clients, known before, that a host must serve to earn the role of a server or domain controller. Half of " +
        "the known clients are wanted, up to RoleWitnesses.", Unit = "clients", Minimum = 2, Maximum = 10_000)]
    public int ServerClients { get; set; } = 5;

    [Setting(
        "How many clients, known before, are wanted at most before a host has earned the role of a server or domain controller: each on " +
        "StableDays days, or one after the other over as many. An intruder needs so many hosts, owned or forged, to pass for one.",
        Unit = "clients", Minimum = 2, Maximum = 10_000)]
    public int RoleWitnesses { get; set; } = 20;

    [Setting(
        "How many clients, known before, and a quarter of the network, are plain evidence: such a host need not wait for StableDays.",
        Unit = "clients", Minimum = 10, Maximum = 100_000)]
    public int PlainWitnesses { get; set; } = 50;

    [Setting(
        "A host that contacts at least this many hosts, not counting domain controllers, is no ordinary client: a management server " +
        "when it does so day after day, a scanner when most of them refuse.", Unit = "hosts", Minimum = 3, Maximum = 10_000)]
    public int ManagementTargets { get; set; } = 10;

    [Setting(
        "On how many days a client must have come to count for a server's role, and a target must have been contacted, over a week or " +
        "more, to belong to a management server's or scanner's stable set.", Unit = "days", Minimum = 2, Maximum = 30)]
    public int StableDays { get; set; } = 3;

    [Setting(
        "How many bits of surprise it takes to report the new client of a server, with low severity.", Unit = "bits", Minimum = 1,
        Maximum = 60)]
    public double NoveltyBits { get; set; } = 16;

    [Setting("How many bits of surprise it takes to report it with medium severity.", Unit = "bits", Minimum = 1, Maximum = 60)]
    public double HighNoveltyBits { get; set; } = 22;

    [Setting(
        "How rarely a client must make new contacts to hosts that are not servers for one to be rated high, in bits: 5 is one active " +
        "hour in 32.", Unit = "bits", Minimum = 0, Maximum = 20)]
    public double HabitBits { get; set; } = 5;

    [Setting(
        "How long after a host was first seen a contact to it is not rated high: a new server serves few clients at first and looks " +
        "like a workstation.", Unit = "d.hh:mm:ss", Minimum = 0, Maximum = 31_536_000)]
    public TimeSpan YoungHost { get; set; } = TimeSpan.FromDays(5);

    [Setting(
        "How rare contacts between two such roles must be in the network for one to be rated high, in bits: 4 is one edge in 16.",
        Unit = "bits", Minimum = 0, Maximum = 20)]
    public double RoleBits { get; set; } = 4;

    [Setting(
        "How many new servers a client must contact within 1, 10 or 60 minutes to count as sweeping, if that is also more than it did " +
        "before.", Unit = "servers", Minimum = 2, Maximum = 10_000)]
    public int SweepServers { get; set; } = 5;

    [Setting(
        "More mapper flows of a pair than this within 10 s make a burst, or four times as many within a minute, where that is more than " +
        "twice what the pair did on earlier days.",
        Unit = "mapper flows", Minimum = 5, Maximum = 100_000)]
    public int MapperBurst { get; set; } = 15;

    [Setting(
        "How long after the unanswered endpoint flow the client opens SMB because it could not reach the service control manager: its " +
        "connect timeout.", Unit = "hh:mm:ss", Minimum = 1, Maximum = 120)]
    public TimeSpan FirewalledAfter { get; set; } = TimeSpan.FromSeconds(21);

    [Setting("How far that time may be off.", Unit = "hh:mm:ss", Minimum = 0.1, Maximum = 10)]
    public TimeSpan FirewalledTolerance { get; set; } = TimeSpan.FromSeconds(1);

    [Setting(
        "How many times the client's octets the server's answer must have to look like directory replication.", Unit = "ratio", Minimum = 1,
        Maximum = 100)]
    public double ReplicationRatio { get; set; } = 1.6;

    [Setting(
        "How much the server must have sent for its answer to look like directory replication. For a single account it sends prefix " +
        "table, security descriptor and metadata: about 4 KiB.", Unit = "octets", Minimum = 100, Maximum = 1_000_000_000)]
    public int ReplicationOctets { get; set; } = 4_096;

    [Setting(
        "A host that becomes a client itself within this time after it was contacted for the first time is a pivot.", Unit = "d.hh:mm:ss",
        Minimum = 60, Maximum = 604_800)]
    public TimeSpan PivotWithin { get; set; } = TimeSpan.FromDays(1);

    [Setting(
        "Kinds of findings that nobody is told of, such as large-upload; what would have been one is learned as normal instead. " +
        "The command kinds lists them.", Unit = "list of kinds")]
    public string[] LeaveOut { get; set; } = [];

    public OperationOptions Operations { get; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!RoleTable.TryParse(Roles, out _, out var wrongEntry))
        {
            yield return new ValidationResult(
                $"'{wrongEntry}' is not of the form 192.0.2.10=domain-controller or 192.0.2.0/24=workstation; roles are " +
                    $"{string.Join(", ", RoleName.All)}", [nameof(Roles)]);
        }

        if (Array.Find(LeaveOut, static name => !FindingKinds.TryParse(name, out _)) is { } unknown)
            yield return new ValidationResult($"'{unknown}' is no kind of finding; the command kinds lists them", [nameof(LeaveOut)]);

        if (HighNoveltyBits < NoveltyBits) yield return new ValidationResult("is below NoveltyBits", [nameof(HighNoveltyBits)]);
    }
}
