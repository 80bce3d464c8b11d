using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>How bad a first contact between two hosts that are not servers is, and how sure that is.</summary>
/// <remarks>
/// Between known workstations practically every such contact in public captures is an attack; while roles are unknown it may be
/// anything. A client that makes such contacts all the time (a help desk) is less remarkable each time.
/// </remarks>
internal static class FirstContact
{
    public static (FindingSeverity Severity, FindingConfidence Confidence) Weigh(ClientCase subject, in EdgeCase contact, Evidence evidence)
    {
        var areKnown = subject.Role == HostRole.Workstation && contact.ServerRole == HostRole.Workstation;
        var confidence = evidence.Weaken(areKnown ? FindingConfidence.High : FindingConfidence.Medium);
        if (subject.DrivesMany || (subject.ContactsManyLike(contact) && (subject.IsLearning || !evidence.HasJoin)))
            return (FindingSeverity.Low, FindingConfidence.Low);
        if (subject.IsLearning)
            return (FindingSeverity.Medium, evidence.Weaken(areKnown ? FindingConfidence.Medium : FindingConfidence.Low));
        if (subject.PeerHabitBits < subject.Options.HabitBits) return (FindingSeverity.Low, confidence);

        // A contact that became RPC is a move, not a probe, even among many; another rule reports that there are many. A host that may be a
        // server we do not know yet, or a client that does this now and then, is worth a look but no alarm.
        var isHigh = areKnown && !subject.ContactsMany && !subject.IsYoung(contact) && !subject.ServesOthers(contact)
            && !subject.HasPeers(contact.Service) && !evidence.IsUnanswered
            && subject.SurpriseOf(contact).RoleBits >= subject.Options.RoleBits;
        return (isHigh ? FindingSeverity.High : FindingSeverity.Medium, confidence);
    }

    /// <summary>"First RPC from workstation 192.0.2.5 to workstation 192.0.2.6 in 21 days; 3 endpoint flows; unsampled".</summary>
    public static string Sentence(ClientCase subject, in EdgeCase contact, Evidence evidence)
    {
        var surprise = subject.IsLearning ? "" : $"; {subject.SurpriseOf(contact)}";
        return $"First {EdgeServiceName.Of(contact.Service)} from {RoleName.InWords(subject.Role)} {subject.Client} to " +
            $"{RoleName.InWords(contact.ServerRole)} {contact.Server} in {subject.LearnedInWords}; {evidence.InWords}{surprise}";
    }
}
