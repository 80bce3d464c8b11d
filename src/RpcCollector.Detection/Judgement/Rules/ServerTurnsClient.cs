using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>A server or domain controller drives a host that is none, or opens WinRM, as it never did before.</summary>
/// <remarks>
/// Who owns a server owns its way to everybody, so a role is no excuse: each is measured by its own history. What its kind does every day
/// stays silent: a product that asks the mappers of workstations who they are, a deployment that drives new machines, a hub of others.
/// Replication and applications go to servers, and a new client of those is another rule's. Only a domain controller drives nobody but
/// others: the first contact of one to a member, answered on 135, 445 or 5985, is worth a look even where that is a server, and where only
/// the mapper was asked. A controller that is coerced to contact a third host is found by this.
/// </remarks>
internal static class ServerTurnsClient
{
    private static readonly Claim Rpc = new(FindingKind.ServerTurnsClient, ["T1021", "T1021.003"], ["CAR-2014-05-001"]);
    private static readonly Claim Smb = new(FindingKind.ServerTurnsClient, ["T1021.002"], []);
    private static readonly Claim WinRm = new(FindingKind.ServerTurnsClient, ["T1021.006"], []);

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        if (!subject.Role.IsServing()) return;
        foreach (var contact in subject.Contacts)
        {
            if (contact.IsLearned) continue;
            var isController = subject.Role == HostRole.DomainController;
            if (contact.IsServer && contact.Service != EdgeService.WinRm
                && !(isController && IsNewMember(subject, contact))) continue;

            // 1. What it did so far, of this kind.
            var evidence = subject.EvidenceOf(contact);
            var isDriven = subject.Facts[contact.Open].NumDriven > 0;
            var habits = contact.IsServer && isController ? subject.ServerHabits : subject.Habits;
            var days = habits.DaysOf(contact.Service, isDriven);
            if (days >= subject.Options.StableDays) continue;

            // A product that asks hosts who they are does so by SMB most days, and by RPC now and then.
            var often = isController && contact.Service == EdgeService.Rpc ? habits.MostDays : 0;

            // 2. A question to the mapper, or to nobody, drives nobody; but domain controllers do not ask, nor do servers of a sudden that
            // never had to do with such hosts. Where a firewall drops the rest, that is all that is seen of an attempt.
            var isAsked = !subject.IsLearning && (isController
                ? subject.Facts[contact.Open].IsAnswered
                : contact.Service == EdgeService.Rpc && days == 0 && !habits.HasPeers(EdgeService.Rpc) && !subject.AskedBefore(contact));
            var isOld = subject.IsOld(contact.Edge, isDriven);
            var severity = often >= subject.Options.StableDays || isOld ? FindingSeverity.Low
                : !isDriven ? isAsked ? FindingSeverity.Medium : FindingSeverity.Low
                : !subject.IsLearning && days == 0 && IsRare(subject, contact) ? FindingSeverity.High
                : FindingSeverity.Medium;
            var draft = new FindingDraft
            {
                Claim = contact.Service switch { EdgeService.Smb => Smb, EdgeService.WinRm => WinRm, _ => Rpc },
                Client = subject.Client,
                Server = contact.Server,
                Severity = severity,
                Confidence = evidence.Weaken(subject.IsLearning ? FindingConfidence.Low : FindingConfidence.Medium),
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Reason = new FirstContactSentence(subject, contact, evidence) +
                    $"; it {(days == 0 ? "never did so" : $"did so on {days} {(days == 1 ? "day" : "days")}")} with another such host" +
                    (isOld ? "; rated lower because the two have had to do with each other for days" : "") +
                    (often >= subject.Options.StableDays ? $", and asked such hosts by another service on {often} days" : ""),
                Flows = evidence.Flows,
                Services = [new(contact.Service, evidence.Count)],
                IsEarly = subject.IsLearning,
            };
            if (found.Count > 0 && found[^1].Id == draft.Id) found[^1] = found[^1].With(draft);
            else found.Add(draft);
        }
    }

    /// <summary>
    /// True for a server that is no domain controller and answers one, which is not known to contact many such: while the network is
    /// being learned that is no news.
    /// </summary>
    private static bool IsNewMember(ClientCase subject, in EdgeCase contact) =>
        contact.ServerRole is HostRole.Server or HostRole.ManagementServer && !subject.IsLearning && contact.IsNew
        && subject.Facts[contact.Open].IsAnswered && !subject.ContactsManyLike(contact);

    /// <summary>
    /// True for a workstation that is driven by a domain controller, or by WinRM: servers ask new servers every now and then, a domain
    /// controller does not, and nobody does so by WinRM.
    /// </summary>
    private static bool IsRare(ClientCase subject, in EdgeCase contact) =>
        (subject.Role == HostRole.DomainController || contact.Service == EdgeService.WinRm)
        && contact.ServerRole == HostRole.Workstation && !subject.IsYoung(contact) && !subject.ServesOthers(contact)
        && !subject.ServesSome(contact);
}
