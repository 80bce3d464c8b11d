using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>
/// Who writes much to a host, and who uses it within an hour: read once for all that is judged at a time, since each client of a host asks.
/// </summary>
internal sealed class OtherClients(JudgementOptions options, Edges edges, OpenFacts facts, Roles roles, PortHabits ports)
{
    private readonly Dictionary<(int Server, int Epoch), WritersOfHost> _writers = [];
    private readonly Dictionary<(int Server, EdgeService Service, int Epoch), List<int>> _now = [];
    private readonly Dictionary<(int Server, int Epoch), UsersOfHost> _users = [];
    private readonly Dictionary<(int Server, int Epoch), CallersOfHost> _callers = [];
    private readonly HashSet<int> _distinct = [];

    /// <summary>Edges looked at so far.</summary>
    public long NumLookedAt { get; private set; }

    /// <summary>Facts were added or removed, or an hour was closed: what was read is read again.</summary>
    public void ReadAgain()
    {
        _writers.Clear();
        _now.Clear();
        _users.Clear();
        _callers.Clear();
    }

    /// <summary>As <see cref="ClientCase.IsWrittenTo"/>.</summary>
    /// <param name="server">The row of the address.</param>
    /// <param name="but">The client that does not count.</param>
    public bool Write(int server, int epoch, int but, int learnedSince)
    {
        if (!_writers.TryGetValue((server, epoch), out var writers))
            _writers.Add((server, epoch), writers = Read(server, epoch, learnedSince));
        if (edges.Find(but, server, EdgeService.Smb) is >= 0 and var own) writers -= Read(edges[own], epoch, learnedSince);
        return writers.Habitual >= ClientCase.Writers || (writers.Habitual > 0 && writers.Old >= ClientCase.Writers)
            || writers.Old >= options.ServerClients || writers.Known >= options.RoleWitnesses;
    }

    /// <summary>True when others that were known days before use a host in the very hour.</summary>
    /// <param name="server">The row of whoever had the address.</param>
    public bool UseNow(int server, EdgeService service, int epoch, int but)
    {
        if (!_now.TryGetValue((server, service, epoch), out var clients))
            _now.Add((server, service, epoch), clients = ReadNow(server, service, epoch));
        return clients.Count - (clients.Contains(but) ? 1 : 0) >= ClientCase.OthersNow;
    }

    /// <summary>
    /// True when as many others as make a port common were learned to make brief calls through a host's pipes, on as many days as make a
    /// habit, as was known before the hour could be seen.
    /// </summary>
    /// <param name="server">The row of the address.</param>
    /// <param name="but">The edge that does not count; nor does <paramref name="habit"/>, which is negative where there is none.</param>
    public bool CallThroughPipes(int server, int epoch, int but, int habit)
    {
        if (!_callers.TryGetValue((server, epoch), out var callers))
            _callers.Add((server, epoch), callers = ReadCallers(server, epoch));
        if (callers.Count < options.CommonPortClients) return false;
        var own = new List<int>(2);
        if (IsCaller(but)) own.Add(but);
        if (habit != but && habit >= 0 && IsCaller(habit)) own.Add(habit);
        return callers.Count - own.Count >= ports.Wanted(callers.Users)
            && (callers.Often > own.Count(edge => edges[edge].DoesRareThings)
                || callers.Days.Count(day => day.Value > own.Count(edge => edges[edge].RareEpoch / Epoch.PerDay == day.Key))
                    >= options.StableDays);

        bool IsCaller(int edge) => edges[edge].Server == server && CallsThroughPipes(edges[edge], epoch);
    }

    /// <summary>As <see cref="ClientCase.UsersOf"/>.</summary>
    /// <param name="server">The row of the address.</param>
    public UsersOfHost UsersOf(int server, int epoch)
    {
        if (_users.TryGetValue((server, epoch), out var users)) return users;
        var (drive, uses) = (0, default(ServiceCounts));
        _distinct.Clear();
        var knownBefore = epoch + 1 - RoleLearning.HoursUntilItActs(options);
        for (var i = edges.Host(server).FirstAsServer; i >= 0; i = edges[i].NextOfServer)
        {
            NumLookedAt++;
            ref var edge = ref edges[i];
            if (edge.WitnessedSince == Epoch.None || edge.WitnessedSince >= knownBefore) continue;
            uses.Count(edge.Service);
            _distinct.Add(edge.Client);
            if (edge.Service == EdgeService.Rpc && edge.DrivenSince != Epoch.None && edge.DrivenSince < knownBefore) drive++;
        }

        return _users[(server, epoch)] = new UsersOfHost(uses.Most, drive, uses.Of(EdgeService.Smb), _distinct.Count);
    }

    /// <summary>A day of the period in which it was learned who writes, over for days.</summary>
    /// <remarks>Uploads are learned for as long as ports are: a judge that is older has no memory of them before that.</remarks>
    public bool IsOfLearning(int day, int knownDay, int learnedSince) => knownDay - day >= options.StableDays
        && (day * Epoch.PerDay) - Math.Max(learnedSince, ports.Since) < options.LearningPeriod.TotalHours;

    // One more than is asked for is enough: the one that asks is not to count.
    private WritersOfHost Read(int server, int epoch, int learnedSince)
    {
        var writers = default(WritersOfHost);
        for (var i = edges.Host(server).FirstAsServer; i >= 0; i = edges[i].NextOfServer)
        {
            NumLookedAt++;
            writers += Read(edges[i], epoch, learnedSince);
            if (writers.Habitual > ClientCase.Writers || writers.Old > options.ServerClients || writers.Known > options.RoleWitnesses)
                break;
        }

        return writers;
    }

    private WritersOfHost Read(in EdgeState edge, int epoch, int learnedSince)
    {
        var knownDay = (epoch + 1 - RoleLearning.HoursUntilItActs(options)) / Epoch.PerDay;
        if (edge.UploadDay is var day && (day == 0 || day >= knownDay)) return default;
        if (!RoleEvidence.IsWitness(edge, edges.Host(edge.Client))
            || DrivesMany(edge.Client, epoch)) return default;
        var isOld = knownDay - day >= options.StableDays;
        var isHabitual = isOld && ((edge.Marks & EdgeMarks.Writes) != EdgeMarks.None || IsOfLearning(day, knownDay, learnedSince));
        return new WritersOfHost(isHabitual ? 1 : 0, isOld ? 1 : 0, 1);
    }

    private List<int> ReadNow(int server, EdgeService service, int epoch)
    {
        var clients = new List<int>(ClientCase.OthersNow + 1);
        for (var i = edges.Host(server).FirstAsServer; i >= 0 && clients.Count <= ClientCase.OthersNow; i = edges[i].NextOfServer)
        {
            NumLookedAt++;
            ref var edge = ref edges[i];
            if (edge.Service != service || edge.Open < 0 || IsYoung(edge.Client, epoch)) continue;
            if (facts.FindOpen(i, epoch) is >= 0 and var open && facts[open].IsAnswered) clients.Add(edge.Client);
        }

        return clients;
    }

    private CallersOfHost ReadCallers(int server, int epoch)
    {
        var (count, often, days) = (0, 0, new Dictionary<int, int>());
        for (var i = edges.Host(server).FirstAsServer; i >= 0; i = edges[i].NextOfServer)
        {
            NumLookedAt++;
            ref var edge = ref edges[i];
            if (!CallsThroughPipes(edge, epoch)) continue;
            count++;
            if (edge.DoesRareThings) often++;
            var day = edge.RareEpoch / Epoch.PerDay;
            days[day] = days.GetValueOrDefault(day) + 1;
        }

        return new CallersOfHost(count, often, days, count == 0 ? 0 : UsersOf(server, epoch).Smb);
    }

    private bool CallsThroughPipes(in EdgeState edge, int epoch) => edge.Service == EdgeService.Smb
        && edge.DidRareThings(epoch + 1 - RoleLearning.HoursUntilItActs(options)) && !DrivesMany(edge.Client, epoch);

    // Who calls on all says nothing of what one of them is used for.
    private bool DrivesMany(int client, int epoch) => roles.EarnedAt(client, epoch) is HostRole.ManagementServer or HostRole.Scanner;

    private bool IsYoung(int client, int epoch) => edges.Host(edges.Host(client).Base).IsYoung(epoch, options.YoungHost);

    /// <summary>Who makes brief calls through a host's pipes.</summary>
    /// <param name="Often">Those who did so on three days each.</param>
    /// <param name="Days">How many of them did so last on which day: of the days of each, no other is known.</param>
    /// <param name="Users">Known clients of the host by SMB.</param>
    private sealed record CallersOfHost(int Count, int Often, Dictionary<int, int> Days, int Users);

    /// <summary>How many write: by habit, since days ago, and at all on an earlier day.</summary>
    private readonly record struct WritersOfHost(int Habitual, int Old, int Known)
    {
        public static WritersOfHost operator +(WritersOfHost one, WritersOfHost other) =>
            new(one.Habitual + other.Habitual, one.Old + other.Old, one.Known + other.Known);

        public static WritersOfHost operator -(WritersOfHost one, WritersOfHost other) =>
            new(one.Habitual - other.Habitual, one.Old - other.Old, one.Known - other.Known);
    }
}

/// <summary>How many known clients a host has, as was known before the hour could be seen.</summary>
/// <param name="Use">By the service that most use.</param>
/// <param name="Drive">Those that have driven endpoints of it.</param>
/// <param name="Smb">By SMB.</param>
/// <param name="All">By any service.</param>
internal readonly record struct UsersOfHost(int Use, int Drive, int Smb, int All);
