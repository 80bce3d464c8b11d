using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>A client uses a port of a server that hardly anybody uses.</summary>
/// <remarks>
/// <para>
/// Evidence: in public captures every bind of netlogon, drsuapi, lsarpc and samr shared lsass's ports of a server, which its clients use
/// day in, day out; every bind of the service control manager, task scheduler, spooler, WMI and DCOM was elsewhere. So who drives a server
/// that he uses anyway shows by the port, though no edge is new.
/// </para>
/// <para>
/// A restart moves ports, all or some: a rare port says something only when the common ones are in use after it, by more than use it; and
/// it is judged once it has had two hours to become common itself (<see cref="PortSettling"/>). On a domain controller it is shown at
/// once, with severity low, and raised then.
/// </para>
/// </remarks>
internal static class UnusualEndpoint
{
    private const int HoursUntilPortsAreKnown = Learned.Epoch.PerDay;

    private static readonly Claim Claim = new(FindingKind.UnusualEndpoint, ["T1021", "T1021.003", "T1569.002"], ["CAR-2014-05-001"]);

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        foreach (var contact in subject.Contacts)
        {
            if (contact.Service != EdgeService.Rpc || subject.Facts[contact.Open].NumDriven == 0) continue;
            if (subject.Ports.Find(contact.Server.Address) is not { HasCommon: true } server) continue;
            if ((subject.MarksOf(contact.Edge) & EdgeMarks.RareOften) != EdgeMarks.None) continue;
            foreach (var use in RarePorts(subject, contact, server)) Judge(subject, contact, server, use, found);
        }
    }

    private static void Judge(ClientCase subject, in EdgeCase contact, ServerPorts server, PortUse use, List<FindingDraft> found)
    {
        // 1. How bad it is when it stays rare.
        var weight = Weigh(subject, contact, server, use);
        var draft = weight is null ? null : Draft(subject, contact, server, use, weight.Value.Severity, weight.Value);

        // 2. At once on a controller, when others go on to use its common ports, and do not turn to this one.
        var isShown = weight is not null && contact.ServerRole == HostRole.DomainController && IsShownAtOnce(subject, contact, server, use);

        if (isShown)
        {
            var shown = Draft(subject, contact, server, use, FindingSeverity.Low, weight!.Value);
            if (found.Count > 0 && found[^1].Id == shown.Id) found[^1] = found[^1].With(shown);
            else found.Add(shown);
        }

        subject.RareUses.Add(new RareUse
        {
            Client = subject.Client,
            Server = contact.Server,
            Port = use.Port,
            Epoch = subject.Epoch,
            At = use.At,
            IsRareByName = use.IsRareByName,
            IsShown = isShown,
            Draft = draft,
        });
    }

    /// <summary>The ports of an hour that are not common, in their order.</summary>
    private static IList<PortUse> RarePorts(ClientCase subject, in EdgeCase contact, ServerPorts server)
    {
        var uses = default(SortedList<ushort, PortUse>);
        for (var i = subject.Facts[contact.Open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref subject.Facts.Fact(i);
            if (fact is not { HasFlow: true, IsAnswered: true }) continue;
            var at = fact.Start + fact.FlowStart;
            if (uses is null || !uses.TryGetValue(fact.ServerPort, out var use))
            {
                subject.Endpoints.TryFind(contact.Server.Address, fact.ServerPort, at, out var interfaces);
                use = new PortUse(fact.ServerPort, interfaces, new Evidence(subject.Client));
                if (use.IsCommonByName || (!use.IsRareByName && server.Find(fact.ServerPort) is { IsCommon: true })) continue;
                (uses ??= []).Add(fact.ServerPort, use);
            }

            use.At = Math.Min(use.At, at);
            use.Evidence.Add(fact, contact.Server);
        }

        return uses?.Values ?? [];
    }

    private static bool IsShownAtOnce(ClientCase subject, in EdgeCase contact, ServerPorts server, PortUse use)
    {
        var hour = subject.PortReading.Of(contact.ServerIndex, subject.Epoch);
        var now = hour.Find(use.Port);
        var isClear = server.CommonInUse(use.Port, use.At, hour).All
            && hour.MostAtCommonAfter(server, use.Port, use.At) > (now?.CountAfter(use.At) ?? 0);
        if (!isClear) subject.WaitFor(contact.ServerIndex);
        if (!isClear || now is null || use.IsRareByName) return isClear;
        var clients = server.Find(use.Port)?.CountWith(now.Clients) ?? now.Clients.Count;
        return clients < subject.Ports.Wanted(KnownClients(subject, contact));
    }

    /// <summary>How bad it is; null when it is nothing to be told.</summary>
    private static Weight? Weigh(ClientCase subject, in EdgeCase contact, ServerPorts server, PortUse use)
    {
        if (server.Since > subject.Epoch - HoursUntilPortsAreKnown
            || KnownClients(subject, contact) < subject.Options.CommonPortClients) return null;
        var confidence = use.Evidence.Weaken(use.IsRareByName ? FindingConfidence.High : FindingConfidence.Medium);
        var didSo = contact.Habit == contact.Edge && subject.Edges[contact.Edge].RareEpoch is not Learned.Epoch.None and var rare
            && rare < subject.KnownBefore;
        if (subject.Role == HostRole.DomainController && contact.ServerRole != HostRole.DomainController)
            return new(FindingSeverity.Low, FindingConfidence.Low, "domain controllers ask their members who they are");
        if (SoftenedBy(subject) is { } job)
            return didSo && !subject.IsToldToDriveMany ? null : new(FindingSeverity.Low, FindingConfidence.Low, job);
        if (contact.KnownAs is { } known) return new(FindingSeverity.Low, confidence, known);
        if (contact.Habit >= 0 && contact.Habit != contact.Edge && subject.Edges[contact.Habit].DoesRareThings)
            return new(FindingSeverity.Low, confidence, "by a lease these machines did so under another address");
        if (didSo && (subject.Edges[contact.Edge].Marks & EdgeMarks.RareAgain) != EdgeMarks.None)
            return new(FindingSeverity.Low, confidence, "it used such ports of this server on two days, and that was no news");
        if (subject.IsLearningPorts) return new(FindingSeverity.Low, FindingConfidence.Low, "ports are still being learned");
        if (didSo && subject.NumLookedAtWeekly is >= ClientCase.ServersOfAdministrators and var weekly)
            return new(
                FindingSeverity.Low, confidence,
                $"it used such ports of this server before, and looks into {weekly} servers, each no oftener than once a week");
        if (ToldOfOthers.Because(subject, contact.Server) is { } told) return new(FindingSeverity.Low, confidence, told);
        return new(
            contact.ServerRole == HostRole.DomainController ? FindingSeverity.High : FindingSeverity.Medium, confidence, null);
    }

    /// <summary>Whose job it is to use rare ports, in words; null for others.</summary>
    private static string? SoftenedBy(ClientCase subject)
    {
        if (subject.IsToldToDriveMany) return $"driving many is its job, as {subject.TellerInWords}";
        if (subject.DrivesMany) return "driving many is its job, as was learned";
        if (!subject.Administers) return null;
        var (servers, days, _) = subject.RarePorts;
        return $"it used such ports of {servers} servers on {(days == 1 ? "an earlier day" : $"{days} days")}";
    }

    private static int KnownClients(ClientCase subject, in EdgeCase contact) =>
        subject.PortReading.KnownClients(contact.ServerIndex, subject.Epoch);

    private static FindingDraft Draft(
        ClientCase subject, in EdgeCase contact, ServerPorts server, PortUse use, FindingSeverity severity, Weight weight)
    {
        var others = server.Find(use.Port)?.CountBut(subject.Client.Address) ?? 0;
        var common = server.MostUsed!;
        var named = use.Interfaces == RpcInterfaces.None
            ? ""
            : $", which carries {string.Join(", ", RpcInterfaceNames.Of(use.Interfaces))},";
        var later = severity == weight.Severity
            ? ""
            : $"; rated low until the port has had {subject.Options.CommonPortAfter.TotalHours:0.#} hours to become common";
        return new FindingDraft
        {
            Claim = Claim,
            Client = subject.Client,
            Server = contact.Server,
            Severity = severity,
            Confidence = weight.Confidence,
            Count = use.Evidence.Count,
            First = use.Evidence.First,
            Last = use.Evidence.Last,
            Reason = $"{RoleName.InWords(subject.Role)} {subject.Client} used TCP port {use.Port}{named} of " +
                $"{RoleName.InWords(contact.ServerRole)} {contact.Server}, as {others} of the {KnownClients(subject, contact)} clients " +
                $"did that it knows by RPC; {common.Clients.Count} of them use port {common.Port}, which was in use; " +
                $"{use.Evidence.InWords}{later}" + (weight.SoftenedBy is null ? "" : $"; rated lower because {weight.SoftenedBy}"),
            Flows = use.Evidence.Flows,
            IsEarly = subject.IsLearning,
        };
    }

    /// <summary>One port that the client used in the hour.</summary>
    private sealed record PortUse(ushort Port, RpcInterfaces Interfaces, Evidence Evidence)
    {
        // What lsass serves; and what hardly anybody but an administrator calls, wherever it is served.
        private const RpcInterfaces OfLsass = RpcInterfaces.Lsarpc | RpcInterfaces.Netlogon | RpcInterfaces.Samr | RpcInterfaces.Drsuapi;
        private const RpcInterfaces OfAdministration =
            RpcInterfaces.Svcctl | RpcInterfaces.Tasks | RpcInterfaces.Wmi | RpcInterfaces.Winreg;

        /// <summary>When it was used first.</summary>
        public long At { get; set; } = long.MaxValue;

        // A port that is named as both has changed hands: what was learned of it decides.
        public bool IsCommonByName => (Interfaces & OfLsass) != RpcInterfaces.None && (Interfaces & OfAdministration) == RpcInterfaces.None;

        public bool IsRareByName => (Interfaces & OfAdministration) != RpcInterfaces.None && (Interfaces & OfLsass) == RpcInterfaces.None;
    }
}
