using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>How bad a first contact between two hosts that are not servers is, and how sure that is.</summary>
/// <remarks>
/// Between known workstations practically every such contact in public captures is an attack; while roles are unknown it may be
/// anything. A client that makes such contacts all the time (a help desk) is less remarkable each time.
/// </remarks>
internal static class FirstContact
{
    public static Weight Weigh(ClientCase subject, in EdgeCase contact, Evidence evidence)
    {
        var areKnown = subject.Role == HostRole.Workstation && contact.ServerRole == HostRole.Workstation;
        var confidence = evidence.Weaken(areKnown ? FindingConfidence.High : FindingConfidence.Medium);
        if (subject.IsToldToDriveMany)
            return new(FindingSeverity.Low, FindingConfidence.Low, $"contacting many is its job, as {subject.TellerInWords}");
        if (contact.KnownAs is { } known) return new(FindingSeverity.Low, confidence, known);
        if (subject.DrivesMany && subject.Habits.DaysOf(contact.Service, isDriven: false) >= subject.Options.StableDays)
            return new(FindingSeverity.Low, FindingConfidence.Low, "contacting many is its job, as was learned");
        var meetsMany = contact.Service == EdgeService.WinRm && contact.IsServer
            ? subject.DrivesManyLike(contact)
            : subject.ContactsManyLike(contact);
        if (meetsMany && (subject.IsLearning || !evidence.HasJoin))
            return new(FindingSeverity.Low, FindingConfidence.Low, "it contacts many such hosts day after day");
        if (subject.IsLearning && subject.IsCrowded(contact.ServerIndex))
            return new(FindingSeverity.Low, FindingConfidence.Low, $"{contact.Server} had many clients from the start");

        // In the first days a server that has not earned its role looks like a workstation; but others use it.
        if (subject.IsLearning)
        {
            var isSure = areKnown && subject.IsHardlyUsed(contact.ServerIndex);
            return new(FindingSeverity.Medium, evidence.Weaken(isSure ? FindingConfidence.Medium : FindingConfidence.Low), null)
            {
                RanksAs = evidence.Weaken(areKnown ? FindingConfidence.Medium : FindingConfidence.Low),
            };
        }

        if (subject.OftenMeetsPeers) return new(FindingSeverity.Low, confidence, "it often makes such contacts");

        // One more client of what many use, such as a new server that has not earned its role; and a scanner that finds nobody.
        if (!CallsThroughPipes.AreNews(subject, contact) && subject.UsedByMany(contact, evidence.First) is { } used)
            return new(FindingSeverity.Low, confidence, used);
        if (subject.GoesWhereOthersGo(contact))
            return new(
                FindingSeverity.Low, confidence,
                $"at least {subject.Options.CommonPortClients} known clients used the same port of {contact.Server} before it")
            {
                GoesWithOthers = true,
            };
        if (subject.DrivesMany && !evidence.HasJoin)
            return new(FindingSeverity.Low, FindingConfidence.Low, "contacting many is its job, as was learned, and it drove nothing");
        if (subject.DrivesMany && subject.DrivesManyServers)
            return new(FindingSeverity.Low, FindingConfidence.Low, "contacting many is its job, as was learned, and it drives many");

        if (subject.AskedManyLongAgo && !evidence.HasJoin)
            return new(FindingSeverity.Low, confidence, "it asked many such hosts for a week and longer, and drove nothing");
        if (subject.Administers && (contact.IsServer || subject.ServesOthers(contact) || IsAnotherServer(subject, contact)))
            return new(FindingSeverity.Low, confidence, $"it administers {subject.RarePorts.Servers} servers, and others use this one too");

        // Who asks in vain again and again makes no way.
        if (evidence.IsUnanswered && subject.AskedBefore(contact))
            return new(FindingSeverity.Low, confidence, "it did so days ago, and nobody answers");

        // A contact that became RPC is a move, not a probe, even among many; another rule reports that there are many. A host that may be a
        // server we do not know yet, or a client that does this now and then, is worth a look but no alarm.
        if (!areKnown || evidence.IsUnanswered) return new(FindingSeverity.Medium, confidence, null);
        var softenedBy = subject.ContactsMany ? "it contacts many such hosts day after day"
            : subject.IsYoung(contact) ? $"{contact.Server} is known for a short time only"
            : subject.ServesOthers(contact) || subject.IsUsedByMany(contact)
                || subject.OthersBefore(contact, evidence.First) >= ClientCase.OthersNow ? $"others use {contact.Server} too"
            : contact.Service == EdgeService.WinRm && subject.ServesSome(contact)
                ? $"{subject.UsersOf(contact).All} known clients use {contact.Server} by other services"
            : subject.HasPeers(contact.Service) ? "it has done so with another host, unreported or while the network was learned"
            : subject.SurpriseOf(contact).RoleBits < subject.Options.RoleBits ? "such contacts are common here"
            : null;
        return new(softenedBy is null ? FindingSeverity.High : FindingSeverity.Medium, confidence, softenedBy);
    }

    // Who administers goes on to what a few use by other services, though it has not earned to be called a server. RPC drives it, and
    // wants more.
    private static bool IsAnotherServer(ClientCase subject, in EdgeCase contact) =>
        contact.Service is EdgeService.WinRm or EdgeService.Smb && subject.ServesSome(contact);
}

/// <summary>How bad a first contact is, and how sure that is.</summary>
/// <param name="SoftenedBy">What was learned that makes it less bad, to be named in the reason; null for nothing.</param>
internal readonly record struct Weight(FindingSeverity Severity, FindingConfidence Confidence, string? SoftenedBy)
{
    /// <summary>As <see cref="FindingDraft.RanksAs"/>.</summary>
    public FindingConfidence? RanksAs { get; init; }

    /// <summary>As <see cref="FindingDraft.GoesWithOthers"/>.</summary>
    public bool GoesWithOthers { get; init; }
}
