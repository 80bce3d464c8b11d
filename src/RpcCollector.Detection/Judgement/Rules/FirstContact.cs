using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>How bad, and how sure, a first contact between two hosts that are no servers is.</summary>
/// <remarks>
/// Between known workstations practically every such contact in public captures is an attack; while roles are unknown it may be anything. A client that
/// makes such contacts all the time (a help desk) is less remarkable each time.
/// </remarks>
internal static class FirstContact
{
    public static (FindingSeverity Severity, FindingConfidence Confidence) Weigh(ClientCase it, in EdgeCase contact, Evidence evidence)
    {
        var areKnown = it.Role == HostRole.Workstation && contact.ServerRole == HostRole.Workstation;
        var confidence = evidence.Weaken(areKnown ? FindingConfidence.High : FindingConfidence.Medium);
        if (it.DrivesMany || (it.ContactsManySuch(contact) && (it.IsLearning || !evidence.HasJoin))) return (FindingSeverity.Low, FindingConfidence.Low);
        if (it.IsLearning) return (FindingSeverity.Medium, evidence.Weaken(areKnown ? FindingConfidence.Medium : FindingConfidence.Low));
        if (it.PeerHabitBits < it.Options.HabitBits) return (FindingSeverity.Low, confidence);

        // Among many contacts one that became RPC is a move, not a probe; that they are many is told by another rule.
        // What may be a server yet unknown, or a client that does this now and then, is worth a look and no alarm.
        var isHigh = areKnown && !it.ContactsMany && !it.IsYoung(contact) && !it.ServesOthers(contact) && !it.HasPeers(contact.Service) && !evidence.IsUnanswered && it.SurpriseOf(contact).RoleBits >= it.Options.RoleBits;
        return (isHigh ? FindingSeverity.High : FindingSeverity.Medium, confidence);
    }

    /// <summary>"First RPC from workstation 192.0.2.5 to workstation 192.0.2.6 in 21 days; 3 endpoint flows; unsampled".</summary>
    public static string Sentence(ClientCase it, in EdgeCase contact, Evidence evidence)
    {
        var surprise = it.IsLearning ? "" : $"; {it.SurpriseOf(contact)}";
        return $"First {EdgeServiceName.Of(contact.Service)} from {RoleName.InWords(it.Role)} {it.Client} to {RoleName.InWords(contact.ServerRole)} {contact.Server} in {it.LearnedInWords}; {evidence.InWords}{surprise}";
    }
}
