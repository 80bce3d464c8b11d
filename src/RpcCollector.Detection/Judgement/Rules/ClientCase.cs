using System.Collections.Frozen;
using System.Runtime.InteropServices;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Judgement.Leases;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>Everything that rules may ask about one client in one hour.</summary>
/// <param name="isMalicious">Whether a person called something of this address malicious.</param>
/// <param name="toldOf">Of which servers something that is no more than new stands about a client, of hours within a time.</param>
internal sealed class ClientCase(
    JudgementOptions options, Edges edges, OpenFacts facts, Population population, Roles roles, Crowds crowds, LeaseBook leases,
    CommonCalls commonCalls, PortHabits ports, PortReading portReading, Bursts bursts, FormerClients formerClients,
    OtherClients otherClients, Func<HostAddress, bool> isMalicious,
    Func<HostIdentity, long, long, IReadOnlyCollection<HostIdentity>> toldOf)
{
    /// <summary>So many others within the hour make a host look like a server.</summary>
    public const int OthersNow = 2;

    /// <summary>So many that write to a host make it one that is written to.</summary>
    public const int Writers = 3;

    // So many that opened folders of a host on earlier days make it one where that is done.
    private const int Users = 3;

    // Whom a scanner has asked for a week, no intruder asks in an hour.
    private const int AskedFor = 7 * Learned.Epoch.PerDay;
    private const int TimesTargets = 5;

    // Who uses rare ports of so many servers has that for a job.
    public const int ServersOfAdministrators = 3;

    private readonly PeerHabits _habits = new(options);
    private readonly PeerHabits _serverHabits = new(options);
    private readonly PeerHabits _habitsOfOther = new(options);
    private long _numLookedAt;
    private int _numAskedLongAgo;
    private (int Servers, int Days, int LongAgo)? _rarePorts;
    private (int Peers, int All)? _daysOfWriting;
    private int? _drivesMany;
    private int? _weekly;
    private HashSet<HostIdentity>? _toldOf;

    // Whose habits were asked for last, and in which hour: of a server each of its clients asks.
    private (int Client, int Epoch) _habitsAre = (Learned.Edges.None, Learned.Epoch.None);

    // Of what the contacts are made, in their order; and those with the server that was asked for last.
    private readonly List<SeenEdge> _seen = [];
    private readonly List<EdgeCase> _with = [];
    private HostIdentity? _withServer;

    // Of the hour that is judged: finding out costs a look at all that a machine does.
    private readonly Dictionary<int, int> _habitHosts = [];
    private int _learnedSince;

    public int ClientIndex { get; private set; }

    /// <summary>
    /// The row of what the client's machine is known for; the client's own where no lease says that it came from elsewhere.
    /// </summary>
    public int HabitIndex { get; private set; }

    /// <summary>
    /// True where the client is known for what it did here. Of a machine that came from elsewhere only counts whom it contacted, not how
    /// freely it meets strangers: a lease can be forged.
    /// </summary>
    public bool IsAtHome => HabitIndex == ClientIndex;

    /// <summary>Edges looked at so far, which is most of what judging costs.</summary>
    public long NumLookedAt => _numLookedAt + formerClients.NumLookedAt + otherClients.NumLookedAt;

    public JudgementOptions Options => options;

    /// <summary>What nobody is to be told of.</summary>
    public FrozenSet<FindingKind> LeftOut { get; } = FindingKinds.Parse(options.LeaveOut);

    public OpenFacts Facts => facts;

    public Edges Edges => edges;

    /// <summary>What was known of endpoints when the last hour was closed.</summary>
    public IKnownEndpoints Endpoints { get; private set; } = KnownEndpointSnapshot.Empty;

    public int NumClients => population.NumClients;

    public int Epoch { get; private set; }

    /// <summary>
    /// What was learned of earlier hours than this one counts. Hours between may be open while this one is judged for the first time, and
    /// what is shown then shall not depend on that.
    /// </summary>
    public int KnownBefore { get; private set; }

    /// <summary>What was learned on an earlier day than this counts, of what is known by its day alone.</summary>
    public int KnownDay => KnownBefore / Learned.Epoch.PerDay;

    public HostIdentity Client { get; private set; }

    public HostRole Role { get; private set; }

    /// <summary>True while it is too early to rate anything high because it is new.</summary>
    public bool IsLearning { get; private set; }

    /// <summary>How many hours have been learned from.</summary>
    public int LearnedEpochs { get; private set; }

    /// <summary>How rarely the client makes new contacts to hosts that are not servers, in bits.</summary>
    public double PeerHabitBits { get; private set; }

    /// <summary>The edges of administration that the hour has facts of, ordered by server and service.</summary>
    public List<EdgeCase> Contacts { get; } = [];

    /// <summary>RPC and SMB edges that the hour or the one before has facts of, in no order.</summary>
    public List<int> Recent { get; } = [];

    public Roles Roles => roles;

    /// <summary>By which ports servers are used.</summary>
    public PortHabits Ports => ports;

    public PortReading PortReading => portReading;

    /// <summary>What was found of ports that are not common, whether it is reported at once or later.</summary>
    public List<RareUse> RareUses { get; } = [];

    /// <summary>Servers (their rows) of which the next use decides whether something is shown.</summary>
    public List<int> WaitingFor { get; } = [];

    /// <summary>True while it is too early to rate anything above low because a port is rare.</summary>
    public bool IsLearningPorts => IsLearningSince(ports.Since);

    /// <summary>True while it is too early to say who calls through pipes by habit.</summary>
    public bool IsLearningPipes => IsLearningSince(ports.PipesSince);

    /// <summary>What the client did with hosts that are no servers, in earlier hours.</summary>
    public PeerHabits Habits => _habits;

    /// <summary>The same with hosts that are servers.</summary>
    public PeerHabits ServerHabits => _serverHabits;

    public ref HostState ClientState => ref edges.Host(ClientIndex);

    public ref HostState HabitState => ref edges.Host(HabitIndex);

    /// <summary>
    /// True for a client that contacts so many hosts that are not servers, day after day, that one more edge says little: the sweep rule
    /// covers those.
    /// </summary>
    public bool ContactsMany => ClientState.Tally.Peers.MostAdministration >= options.ManagementTargets;

    /// <summary>True when the client contacts so many of the contact's kind, servers or others, that one more says little.</summary>
    public bool ContactsManyLike(in EdgeCase contact) =>
        contact.IsServer ? ClientState.Tally.Contacted.MostAdministration >= options.ManagementTargets : ContactsMany;

    /// <summary>True when the client used the very service with so many servers that one more says little.</summary>
    public bool DrivesManyLike(in EdgeCase contact) =>
        ClientState.Tally.Contacted.Of(contact.Service) >= options.ManagementTargets;

    /// <summary>
    /// True when the client makes new contacts to hosts that are not servers so often that one more is no news. What it did on fewer days
    /// than the setting is no habit, however often; nor is what was reported and nobody called benign.
    /// </summary>
    public bool OftenMeetsPeers => PeerHabitBits < options.HabitBits && _habits.UnreportedDays >= options.StableDays;

    /// <summary>True for a client that asked so many hosts which are no servers for a week or longer, reported or not.</summary>
    public bool AskedManyLongAgo => _numAskedLongAgo >= TimesTargets * options.ManagementTargets;

    /// <summary>
    /// Of how many servers the client used ports that hardly anybody uses, or WinRM, as was learned, on how many days, and of how many
    /// servers days ago: who administers does so.
    /// </summary>
    public (int Servers, int Days, int LongAgo) RarePorts => _rarePorts ??= ReadRarePorts();

    /// <summary>
    /// True for a client that was learned to administer servers: several of them, on several days; or to look into many, which some do
    /// once a week, on two days or days ago.
    /// </summary>
    public bool Administers => RarePorts is var (servers, days, longAgo)
        && ((servers >= ServersOfAdministrators && days >= options.StableDays)
            || (servers >= options.ManagementTargets && days >= 2) || longAgo >= options.ManagementTargets);

    /// <summary>
    /// Of how many servers the client used rare ports, as was learned, and by RPC on two days at least that are a week apart and none
    /// between: who looks for vulnerabilities once a week has not done so on three days while the network was learned.
    /// </summary>
    public int NumLookedAtWeekly => _weekly ??= ReadWeekly();

    /// <summary>True when driving many hosts is the client's job.</summary>
    public bool DrivesMany => Role is HostRole.ManagementServer or HostRole.Scanner;

    /// <summary>True when somebody said that driving many hosts is the client's job.</summary>
    public bool IsToldToDriveMany => ClientState.Told is HostRole.ManagementServer or HostRole.Scanner;

    /// <summary>Who told the client's role, as it stands in a sentence.</summary>
    public string TellerInWords =>
        edges.Told.ByPerson(Client.Address) is { } told ? $"{told.Teller} told" : "the settings say";

    /// <summary>Why something is rated lower where contacting many is the client's job, to end a sentence; else empty.</summary>
    public string SoftenedByJob => IsToldToDriveMany ? $"; rated lower because contacting many is its job, as {TellerInWords}"
        : DrivesMany ? "; rated lower because contacting many is its job, as was learned"
        : "";

    /// <summary>True for a client with no sign of being a server.</summary>
    public bool IsNoServer => Role is HostRole.Workstation or HostRole.Unknown;

    /// <summary>Facts were added or removed, or an hour was closed: what was read is read again.</summary>
    public void ReadAgain() => _habitsAre = (Learned.Edges.None, Learned.Epoch.None);

    /// <summary>
    /// The edges to one server that the hour has facts of, by whatever service, ordered by that. They hold until another server is asked
    /// for, or another case opened.
    /// </summary>
    public ReadOnlySpan<EdgeCase> ContactsWith(HostIdentity server)
    {
        if (_withServer != server)
        {
            _withServer = server;
            _with.Clear();
            var row = edges.FindHost(server);
            for (var service = 0; row >= 0 && service < EdgeServiceName.Count; service++)
            {
                if (edges.Find(ClientIndex, row, (EdgeService)service) is >= 0 and var edge && SeenHour(edge) is >= 0 and var open)
                    _with.Add(CaseOf(edge, open));
            }
        }

        return CollectionsMarshal.AsSpan(_with);
    }

    /// <param name="learnedSince">The first hour that was learned from; <see cref="Learned.Epoch.None"/> before.</param>
    public void Open(int client, int epoch, int learnedSince, IKnownEndpoints endpoints)
    {
        (ClientIndex, Epoch, Endpoints, _learnedSince) = (client, epoch, endpoints, learnedSince);
        KnownBefore = epoch + 1 - RoleLearning.HoursUntilItActs(options);
        ref var state = ref edges.Host(client);
        (Client, Role) = (state.Identity, roles.At(client, epoch));
        _habitHosts.Clear();
        HabitIndex = HabitHost(client);
        LearnedEpochs = learnedSince == Learned.Epoch.None ? 0 : Math.Max(0, epoch - learnedSince);
        IsLearning = LearnedEpochs < options.LearningPeriod.TotalHours;
        PeerHabitBits = Population.PeerHabitBits(state);
        Contacts.Clear();
        _seen.Clear();
        _withServer = null;
        Recent.Clear();
        RareUses.Clear();
        WaitingFor.Clear();
        (_numAskedLongAgo, _rarePorts, _daysOfWriting, _drivesMany, _weekly, _toldOf) = (0, null, null, null, null, null);
        _habits.Begin(epoch, KnownBefore, learnedSince);
        _serverHabits.Begin(epoch, KnownBefore, learnedSince);
        for (var i = state.FirstAsClient; i >= 0; i = edges[i].NextOfClient)
        {
            _numLookedAt++;
            ref var edge = ref edges[i];

            // What says which host is a controller is no deed of the client's, and nearly all that a workstation does.
            if (!EdgeServiceName.IsAdministration(edge.Service)) continue;
            var open = SeenHour(i);
            if (open >= 0) _seen.Add(new SeenEdge(edges.Host(edge.Server).Identity, edge.Service, i, open));
            if (edge.Open >= 0 && edge.Service is EdgeService.Rpc or EdgeService.Smb
                && (open >= 0 || (facts.FindOpen(i, epoch - 1) is >= 0 and var former && facts[former].Count > 0))) Recent.Add(i);
            if (!IsAtHome) continue;
            var isServing = IsServing(edge.Server);
            (isServing ? _serverHabits : _habits).Note(edge);
            if (!isServing && edge.FirstEpoch != Learned.Epoch.None && KnownBefore - edge.FirstEpoch >= AskedFor) _numAskedLongAgo++;
        }

        // What is sorted is short, and holds no references: a case is neither.
        _seen.Sort();
        foreach (var (_, _, edge, open) in _seen) Contacts.Add(CaseOf(edge, open));
    }

    /// <summary>The client is judged again when somebody else uses the server.</summary>
    public void WaitFor(int server) => WaitingFor.Add(edges.Host(server).Base);

    /// <summary>True for a port that most clients of a server use, as was known before the hour could be seen.</summary>
    public bool IsCommonPort(HostAddress server, ushort port) =>
        ports.Find(server)?.Find(port) is { } habit && IsKnown(habit.CommonSince);

    /// <summary>True for a server of which some port is common, as was known before the hour could be seen.</summary>
    public bool HasCommonPort(HostAddress server) =>
        ports.Find(server) is { } known && known.Ports.Any(port => IsKnown(port.CommonSince));

    /// <summary>How many known clients a host has.</summary>
    public UsersOfHost UsersOf(in EdgeCase contact) => UsersOfRow(contact.ServerIndex);

    private UsersOfHost UsersOfRow(int server) => otherClients.UsersOf(edges.Host(server).Base, Epoch);

    /// <summary>True for a server, and for a host that a few known clients use by whatever service: it is nobody's desktop.</summary>
    public bool ServesSome(in EdgeCase contact) => contact.IsServer || UsersOf(contact).All >= Users;

    /// <summary>The same of a host that may have no row: nobody uses that.</summary>
    public bool ServesSome(HostIdentity server) => edges.FindHost(server) is >= 0 and var index
        && (roles.At(index, Epoch).IsServer() || UsersOfRow(index).All >= Users);

    /// <summary>
    /// Of how many servers, or hosts that others use, a finding of medium severity or above stands about the client, within two weeks and
    /// as every order of arrival knows by then. None where something worse does, or a person called one of the client malicious.
    /// </summary>
    public int NumToldOf(HostIdentity but)
    {
        _toldOf ??= [.. ToldOf(ToldOfOthers.Within).Where(ServesSome)];
        return _toldOf.Count - (_toldOf.Contains(but) ? 1 : 0);
    }

    /// <summary>The same of hosts that hardly anybody uses.</summary>
    public int NumDesktopsToldOf(HostIdentity but) =>
        ToldOf(ToldOfHabit.Within).Count(server => server != but && !ServesSome(server));

    /// <summary>How many hosts that are no servers the client began to drive on the day up to this hour.</summary>
    public int NumDrivenToday()
    {
        var day = Epoch / Learned.Epoch.PerDay;
        var driven = 0;
        for (var i = edges.Host(ClientIndex).FirstAsClient; i >= 0; i = edges[i].NextOfClient)
        {
            _numLookedAt++;
            if (edges[i].Service != EdgeService.Rpc || IsServing(edges[i].Server)) continue;
            var first = FirstHourOf(i, HabitEdge(i));
            if (first <= Epoch && first / Learned.Epoch.PerDay == day) driven++;
        }

        return driven;
    }

    private IReadOnlyCollection<HostIdentity> ToldOf(int withinHours) => isMalicious(Client.Address)
        ? []
        : toldOf(Client, Learned.Epoch.StartOf(Math.Max(0, KnownBefore - withinHours)), Learned.Epoch.StartOf(KnownBefore));

    /// <summary>True while the server has been known for so short a time that its role is a guess.</summary>
    public bool IsYoung(in EdgeCase contact) => IsYoung(contact.ServerIndex);

    /// <summary>True when the host had so many clients in the first days of this network that one more is no news.</summary>
    public bool IsCrowded(int server) => crowds.IsCrowded(server, Epoch, _learnedSince);

    /// <summary>
    /// True when hardly anybody else uses the host, as far as the first days show, or the settings call it a workstation.
    /// </summary>
    public bool IsHardlyUsed(int server) =>
        edges.Host(server).Told is { } told
            ? told == HostRole.Workstation
            : !IsCrowded(server) && !crowds.IsUsedByFew(server, Epoch, _learnedSince)
                && edges.Host(server).Tally.Regulars.MostAdministration == 0;

    /// <summary>How many clients a host has answered by Kerberos up to this hour, which tells a controller from the first on.</summary>
    public int NumTicketHolders(int server)
    {
        var holders = 0;
        for (var i = edges.Host(edges.Host(server).Base).FirstAsServer; i >= 0; i = edges[i].NextOfServer)
        {
            _numLookedAt++;
            if (edges[i].Service != EdgeService.Kerberos) continue;
            var isKnown = edges[i].WitnessedSince is not Learned.Epoch.None and var since && since < Epoch;
            if (isKnown || (facts.FindOpen(i, Epoch) is >= 0 and var open && facts[open].IsAnswered)) holders++;
        }

        return holders;
    }

    /// <summary>
    /// True when another ordinary client has used the host on several days, or a handful that were known before have, or two of those
    /// within this hour: too few to make it a server, but a sign of one.
    /// </summary>
    public bool ServesOthers(in EdgeCase contact)
    {
        ref var server = ref edges.Host(edges.Host(contact.ServerIndex).Base);
        if (server.Tally.Regulars.Of(contact.Service) > 0) return true;
        return server.Tally.Witnesses.Of(contact.Service) >= options.ServerClients
            || otherClients.UseNow(contact.ServerIndex, contact.Service, Epoch, ClientIndex);
    }

    /// <summary>True when many known clients use the host, by whatever service: it is no workstation, though it has no role yet.</summary>
    public bool IsUsedByMany(in EdgeCase contact) =>
        KnownClientsOf(contact) >= options.RoleWitnesses;

    /// <summary>How many known clients the host has by the service of which it has most.</summary>
    public int KnownClientsOf(in EdgeCase contact) =>
        RoleEvidence.MostWitnesses(edges.Host(edges.Host(contact.ServerIndex).Base).Tally);

    /// <summary>
    /// Why one more client of a host is no news, in words; null while it is: at least <see cref="JudgementOptions.ServerClients"/> known
    /// clients used the service before, as was learned or so long before that none of them can come later; of SMB alone, three on
    /// earlier days.
    /// </summary>
    /// <remarks>
    /// The first of them are told, each by itself. So who wants to hide among many draws that many alarms to the host first.
    /// </remarks>
    /// <param name="firstAt">When the client did, in Unix milliseconds.</param>
    public string? UsedByMany(in EdgeCase contact, long firstAt)
    {
        var others = OthersBefore(contact, firstAt);
        if (others >= options.ServerClients)
            return $"at least {others} known clients used {EdgeServiceName.Of(contact.Service)} with {contact.Server} before it";

        // A folder that colleagues open, which is all that SMB alone says.
        if (contact.Service != EdgeService.Smb) return null;
        var former = OthersBeforeToday(contact);
        return former < Users ? null : $"{former} known clients used SMB with {contact.Server} on earlier days";
    }

    /// <summary>
    /// True when every flow of the hour goes to a port of the server by which <see cref="JudgementOptions.CommonPortClients"/> known
    /// clients used it, as was known before the hour could be seen.
    /// </summary>
    /// <remarks>
    /// A service that others use, which is less than a common port is: on whatever days they came. Each of them was told when it came;
    /// and who drives the host otherwise goes to another port.
    /// </remarks>
    public bool GoesWhereOthersGo(in EdgeCase contact)
    {
        if (contact.Service != EdgeService.Rpc || facts[contact.Open] is not { NumBeyond: 0, NumTallies: 0 } open
            || ports.Find(contact.Server.Address) is not { } server) return false;
        var flows = 0;
        for (var i = open.Facts; i >= 0; i = facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref facts.Fact(i);
            if (!fact.HasFlow) continue;
            if (server.Find(fact.ServerPort) is not { } port || !IsKnown(port.SharedSince)) return false;
            flows++;
        }

        return flows > 0;
    }

    /// <summary>
    /// The only port of a host that the client went to in its first hour there, was answered by and that is all known of it; 0 where
    /// there is no such port, in the learning period, and for a client that nobody knew days before.
    /// </summary>
    public ushort CrowdPortOf(in EdgeCase contact)
    {
        if (IsLearning || !contact.IsNew || IsYoung(ClientIndex) || facts[contact.Open] is not { NumBeyond: 0, NumTallies: 0 } open)
            return 0;
        ushort port = 0;
        for (var i = open.Facts; i >= 0; i = facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref facts.Fact(i);
            if (!fact.HasFlow) continue;
            if (!fact.IsAnswered || (port != 0 && fact.ServerPort != port)) return 0;
            port = fact.ServerPort;
        }

        return port;
    }

    /// <summary>How many known clients used the service of a host on an earlier day, as <see cref="OthersBefore"/> counts them.</summary>
    private int OthersBeforeToday(in EdgeCase contact) => formerClients.CountBefore(
        contact.ServerIndex, contact.Service, Epoch, HabitIndex, Learned.Epoch.StartOf(KnownDay * Learned.Epoch.PerDay));

    /// <summary>
    /// True when the client has driven so many hosts, as was known before the hour could be seen, that one more says little.
    /// </summary>
    public bool DrivesManyServers => (_drivesMany ??= ReadDriven()) >= options.ManagementTargets;

    /// <summary>
    /// How many known clients used the service of a host so long before a time that none of them can come later, as was learned or in the
    /// open hours; no more than <see cref="JudgementOptions.ServerClients"/> are counted. Forged ones have to be that early too.
    /// </summary>
    public int OthersBefore(in EdgeCase contact, long firstAt) => formerClients.CountBefore(
        contact.ServerIndex, contact.Service, Epoch, HabitIndex, firstAt - (long)options.Lateness.TotalMilliseconds);

    /// <summary>True when the client contacted the very host days ago, and was never answered.</summary>
    public bool AskedBefore(in EdgeCase contact) => contact.Habit == contact.Edge
        && edges[contact.Edge] is { WitnessedSince: Learned.Epoch.None, FirstEpoch: not Learned.Epoch.None and var first }
        && KnownBefore - first >= options.StableDays * Learned.Epoch.PerDay;

    /// <summary>
    /// True when the client has used the service with some other host that is not a server, without being reported for it or in the
    /// learning period.
    /// </summary>
    public bool HasPeers(EdgeService service) => _habits.HasPeers(service);

    public HostRole RoleOf(HostIdentity host) => RoleAt(host, Epoch);

    /// <summary>True for an operation that many clients of this network call.</summary>
    public bool IsCommonCall(CataloguedOperation operation) => commonCalls.IsCommon(operation, KnownBefore);

    /// <summary>The same of the hour before.</summary>
    public bool WasCommonCall(CataloguedOperation operation) => commonCalls.IsCommon(operation, KnownBefore - 1);

    /// <summary>The role by which the hour before was judged.</summary>
    public HostRole RoleBefore(HostIdentity host) => RoleAt(host, Epoch - 1);

    public Evidence EvidenceOf(in EdgeCase contact) => new Evidence(Client).AddAll(facts, contact.Open, contact.Server);

    public Surprise SurpriseOf(in EdgeCase contact) => population.Of(
        HabitState, Role, edges.Host(edges.Host(contact.ServerIndex).Base), contact.ServerRole, contact.Service);

    /// <summary>The row of what a host's machine is known for, as far as that can be believed; its own where there is none.</summary>
    public int HabitHost(int host)
    {
        if (edges.Host(host).IsBase) return host;
        if (_habitHosts.TryGetValue(host, out var known)) return known;
        return _habitHosts[host] = edges.FindHost(leases.HabitOf(edges.Host(host).Identity, Epoch)) is >= 0 and var home ? home : host;
    }

    /// <summary>The edge of what the machines at both ends are known for; none when negative.</summary>
    public int HabitEdge(int edge)
    {
        var (client, server) = (HabitHost(edges[edge].Client), HabitHost(edges[edge].Server));
        return client == edges[edge].Client && server == edges[edge].Server ? edge : edges.Find(client, server, edges[edge].Service);
    }

    /// <summary>The first closed hour in which the machines at both ends had to do with each other.</summary>
    public int FirstEpochOf(int edge)
    {
        var first = HabitEdge(edge) is >= 0 and var habit ? edges[habit].FirstEpoch : Learned.Epoch.None;
        var seen = SeenAtAddress(edge);
        return first == Learned.Epoch.None || (seen != Learned.Epoch.None && seen < first) ? seen : first;
    }

    /// <summary>
    /// The first closed hour in which the client contacted the server's address, whoever had that: who goes by addresses, such as a
    /// scanner, meets nobody new when one changes hands. None where the client's own address may have been another's.
    /// </summary>
    private int SeenAtAddress(int edge)
    {
        ref var server = ref edges.Host(edges[edge].Server);
        if (server.IsBase || !edges.Host(edges[edge].Client).IsBase) return Learned.Epoch.None;
        return edges.Find(edges[edge].Client, server.Base, edges[edge].Service) is >= 0 and var known
            ? edges[known].SeenEpoch
            : Learned.Epoch.None;
    }

    private string? KnownAs(int edge, int habit)
    {
        if (isMalicious(Client.Address)) return null;
        if (habit >= 0 && habit != edge && IsKnown(edges[habit].FirstEpoch) && !isMalicious(edges.Host(edges[habit].Client).Address))
            return "by a lease these machines did so under another address and were reported";
        return IsKnown(SeenAtAddress(edge))
            ? $"it contacted {edges.Host(edges[edge].Server).Address} before, when another machine had that address"
            : null;
    }

    /// <summary>What was learned as normal of the very addresses: what silences a rule is carried nowhere.</summary>
    public EdgeMarks MarksOf(int edge) => HabitEdge(edge) == edge ? edges[edge].Marks : EdgeMarks.None;

    /// <summary>True where an answer shaped like replication is no more than the pair was learned to get at these addresses.</summary>
    public bool IsUsualAnswer(int edge, in Fact fact) => (MarksOf(edge) & EdgeMarks.Replicates) != EdgeMarks.None
        && (ReplicationShapes.IsDirectory(fact)
            ? edges[edge].GetsDirectory
            : !ReplicationShapes.IsLarge(fact) || ReplicationShapes.RatioOf(fact) <= edges[edge].UsualRatio);

    /// <summary>True where brief calls through pipes are a habit of the two, wherever they were, or of enough others.</summary>
    public bool IsCalledThroughPipes(in EdgeCase contact) => edges[contact.Edge].DoesRareThings
        || (contact.Habit >= 0 && edges[contact.Habit].DoesRareThings)
        || otherClients.CallThroughPipes(edges.Host(contact.ServerIndex).Base, Epoch, contact.Edge, contact.Habit);

    /// <summary>The most mapper flows within 10 s on an earlier day, as far as it was learned as normal here.</summary>
    public int BurstOf(int edge) => HabitEdge(edge) == edge ? bursts.Of(edge, KnownDay) : 0;

    /// <summary>
    /// True when the pair was learned to write that much on an earlier day, or began to while the network was being learned and days ago.
    /// </summary>
    public bool Writes(int edge) => HabitEdge(edge) == edge && edges[edge].UploadDay is > 0 and var day && day < KnownDay
        && ((edges[edge].Marks & EdgeMarks.Writes) != EdgeMarks.None
            || otherClients.IsOfLearning(day, KnownDay, _learnedSince));

    /// <summary>
    /// True when others write much to the host: a few clients that were known before and began days ago, unreported or while the network
    /// was being learned; or some more that began days ago, or as many as a role wants witnesses, reported or not.
    /// </summary>
    public bool IsWrittenTo(int server) => otherClients.Write(edges.Host(server).Base, Epoch, ClientIndex, _learnedSince);

    private bool IsLearningSince(int epoch) =>
        IsLearning || epoch == Learned.Epoch.None || Epoch - epoch < options.LearningPeriod.TotalHours;

    private int ReadDriven()
    {
        var driven = 0;
        for (var i = HabitState.FirstAsClient; i >= 0; i = edges[i].NextOfClient)
        {
            _numLookedAt++;
            if (edges[i].Service == EdgeService.Rpc && IsKnown(edges[i].DrivenSince)) driven++;
        }

        return driven;
    }

    private int ReadWeekly()
    {
        var weekly = new HashSet<int>();
        for (var i = IsAtHome ? edges.Host(ClientIndex).FirstAsClient : Learned.Edges.None; i >= 0; i = edges[i].NextOfClient)
        {
            _numLookedAt++;
            if (edges[i].Service == EdgeService.Rpc && IsKnown(edges[i].RareEpoch) && edges[i].IsWeekly)
                weekly.Add(edges.Host(edges[i].Server).Base);
        }

        return weekly.Count;
    }

    private (int Servers, int Days, int LongAgo) ReadRarePorts()
    {
        var (servers, days) = (new HashSet<int>(), new HashSet<int>());

        // Of the uses of a server the last is known; that there was another on an earlier day, its mark says.
        var (longAgo, again) = (new HashSet<int>(), new HashSet<int>());
        for (var i = IsAtHome ? edges.Host(ClientIndex).FirstAsClient : Learned.Edges.None; i >= 0; i = edges[i].NextOfClient)
        {
            _numLookedAt++;
            ref var edge = ref edges[i];
            if (edge.Service == EdgeService.Smb) continue;
            var since = edge.Service == EdgeService.WinRm && IsServing(edge.Server) ? edge.TrainedEpoch : edge.RareEpoch;
            if (!IsKnown(since)) continue;
            servers.Add(edges.Host(edge.Server).Base);
            days.Add(since / Learned.Epoch.PerDay);
            if (KnownBefore - since >= options.StableDays * Learned.Epoch.PerDay) longAgo.Add(edges.Host(edge.Server).Base);
            if ((edge.Marks & EdgeMarks.RareAgain) != EdgeMarks.None) again.Add(edges.Host(edge.Server).Base);
        }

        return (servers.Count, days.Count, Math.Max(longAgo.Count, again.Count));
    }

    /// <summary>True when the client wrote much to other hosts that are no servers, on enough days, unreported.</summary>
    public bool OftenWrites() => DaysOfWriting().Peers >= options.StableDays;

    /// <summary>True when the client wrote much to any other hosts, on enough days, unreported.</summary>
    public bool OftenWritesToAny() => DaysOfWriting().All >= options.StableDays;

    private (int Peers, int All) DaysOfWriting() => _daysOfWriting ??= ReadDaysOfWriting();

    private (int Peers, int All) ReadDaysOfWriting()
    {
        var (peers, all) = (new HashSet<int>(), new HashSet<int>());
        for (var i = edges.Host(ClientIndex).FirstAsClient; i >= 0; i = edges[i].NextOfClient)
        {
            if ((edges[i].Marks & EdgeMarks.Writes) == EdgeMarks.None || edges[i].UploadDay is not (> 0 and var day) || day >= KnownDay)
                continue;
            all.Add(day);
            if (!IsServing(edges[i].Server)) peers.Add(day);
        }

        return (peers.Count, all.Count);
    }

    /// <summary>One of the client's edges, in an hour that may be the one before.</summary>
    public EdgeCase ContactOf(int edge, int open) => CaseOf(edge, open);

    /// <summary>
    /// The flows to endpoints of a server in some time that its clients rarely use, among the hour's and the former one's.
    /// </summary>
    /// <remarks>Until it is known which endpoints those are: every endpoint, where RPC between the two is new.</remarks>
    public List<Fact> UsesOfRarePorts(int server, long fromUnixMilliseconds, long untilUnixMilliseconds)
    {
        var uses = new List<Fact>();
        if (edges.Find(ClientIndex, server, EdgeService.Rpc) is not (>= 0 and var edge) || IsLearned(edge, isDriven: false)) return uses;
        foreach (var epoch in (ReadOnlySpan<int>)[Epoch - 1, Epoch])
        {
            if (facts.FindOpen(edge, epoch) is not (>= 0 and var open)) continue;
            for (var i = facts[open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen)
            {
                ref var fact = ref facts.Fact(i);
                if (fact is { HasFlow: true, IsUnanswered: false } && fact.FlowAt >= fromUnixMilliseconds
                    && fact.FlowAt <= untilUnixMilliseconds) uses.Add(fact);
            }
        }

        return uses;
    }

    /// <summary>True when an edge, of whichever client, was learned as normal before the hour.</summary>
    /// <param name="isDriven">Only where the server was driven by then, not only asked.</param>
    public bool IsLearned(int edge, bool isDriven)
    {
        var habit = HabitEdge(edge);
        if (habit < 0 || !IsKnown(edges[habit].TrainedEpoch)) return false;
        if (habit != edge && (edges[habit].Marks & EdgeMarks.ByVerdict) != EdgeMarks.None) return false;
        return !isDriven || (edges[habit].Marks & EdgeMarks.ByVerdict) != EdgeMarks.None || IsKnown(edges[habit].DrivenSince);
    }

    /// <summary>True when the client of an edge was answered, or drove the server, days ago for the first time, reported or not.</summary>
    public bool IsOld(int edge, bool isDriven) => HabitEdge(edge) == edge
        && (isDriven ? edges[edge].DrivenSince : edges[edge].WitnessedSince) is not Learned.Epoch.None and var since
        && KnownBefore - since >= options.StableDays * Learned.Epoch.PerDay;

    /// <summary>
    /// True when the client had nothing to do with the server in any hour before, by whatever service; nor these machines, wherever they
    /// were.
    /// </summary>
    public bool AreStrangers(in EdgeCase contact)
    {
        var server = HabitHost(contact.ServerIndex);
        for (var service = 0; service < EdgeServiceName.Count; service++)
        {
            var edge = edges.Find(ClientIndex, contact.ServerIndex, (EdgeService)service);
            var habit = edge >= 0 ? HabitEdge(edge) : edges.Find(HabitIndex, server, (EdgeService)service);
            if ((edge >= 0 && FirstHourOf(edge, habit) < Epoch) || (habit >= 0 && FirstHourOf(habit, habit) < Epoch)) return false;
        }

        return true;
    }

    /// <summary>What another client did with hosts that are no servers.</summary>
    public PeerHabits HabitsOf(int client)
    {
        if (_habitsAre == (client, Epoch)) return _habitsOfOther;
        _habitsAre = (client, Epoch);
        _habitsOfOther.Begin(Epoch, KnownBefore, _learnedSince);
        if (HabitHost(client) != client) return _habitsOfOther;
        for (var i = edges.Host(client).FirstAsClient; i >= 0; i = edges[i].NextOfClient)
        {
            _numLookedAt++;
            if (!IsServing(edges[i].Server)) _habitsOfOther.Note(edges[i]);
        }

        return _habitsOfOther;
    }

    /// <summary>How long the network has been known, in words.</summary>
    public string LearnedInWords => LearnedFor(LearnedEpochs);

    /// <summary>A number of hours that were learned from, in words.</summary>
    public static string LearnedFor(int epochs) => epochs switch
    {
        0 => "the first hour",
        1 => "1 hour",
        < 2 * Learned.Epoch.PerDay => $"{epochs} hours",
        _ => $"{epochs / Learned.Epoch.PerDay} days",
    };

    public bool IsYoung(int host) => edges.Host(edges.Host(host).Base).IsYoung(Epoch, options.YoungHost);

    /// <summary>The first hour that the edge was seen in, whether that is closed or open.</summary>
    private int FirstHourOf(int edge, int habit)
    {
        var first = habit < 0 || edges[habit].FirstEpoch == Learned.Epoch.None ? int.MaxValue : edges[habit].FirstEpoch;
        if (SeenAtAddress(edge) is not Learned.Epoch.None and var seen) first = Math.Min(first, seen);
        if (facts.FirstOpen(edges[edge]) is >= 0 and var open) first = Math.Min(first, facts[open].Epoch);
        if (habit >= 0 && habit != edge && facts.FirstOpen(edges[habit]) is >= 0 and var elsewhere)
            first = Math.Min(first, facts[elsewhere].Epoch);
        return first;
    }

    // Who only calls or is called by name, and was seen in no flow, has no row; what was told of it counts all the same.
    private HostRole RoleAt(HostIdentity host, int epoch) => edges.FindHost(host) is >= 0 and var index
        ? roles.At(index, epoch)
        : edges.Told.Of(host.Address) ?? HostRole.Unknown;

    private bool IsKnown(int epoch) => epoch != Learned.Epoch.None && epoch < KnownBefore;

    /// <summary>The facts of an edge in the hour that is judged; negative where it was not seen.</summary>
    private int SeenHour(int edge) => facts.FindOpen(edge, Epoch) is >= 0 and var open && facts[open].Count > 0 ? open : OpenFacts.None;

    private bool IsServing(int host) => roles.HasRole(host, Epoch);

    private EdgeCase CaseOf(int index, int open)
    {
        ref var edge = ref edges[index];
        var habit = HabitEdge(index);
        var isLearned = IsLearned(index, isDriven: false);
        return new EdgeCase(
            index, open, edge.Server, edges.Host(edge.Server).Identity, roles.At(edge.Server, Epoch), edge.Service,
            isLearned,
            IsNew: FirstHourOf(index, habit) >= Epoch,
            habit,
            isLearned ? null : KnownAs(index, habit));
    }

    private readonly record struct SeenEdge(HostIdentity Server, EdgeService Service, int Edge, int Open) : IComparable<SeenEdge>
    {
        public int CompareTo(SeenEdge other)
        {
            var order = Server.CompareTo(other.Server);

            // As numbers: an enumeration's own comparison makes objects of both.
            return order != 0 ? order : ((int)Service).CompareTo((int)other.Service);
        }
    }
}
