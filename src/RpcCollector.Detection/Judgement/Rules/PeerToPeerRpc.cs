using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>RPC from one workstation to another.</summary>
/// <remarks>
/// Evidence: 20 of 20 such pairs in public captures were attacks. Programs that administer from workstations exist, so an edge that was
/// learned as normal is silent. Hosts of unknown role count as no servers.
/// </remarks>
internal static class PeerToPeerRpc
{
    private static readonly Claim Claim = new(FindingKind.PeerToPeerRpc, ["T1021", "T1021.003"], ["CAR-2014-05-001"]);

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        foreach (var contact in subject.Contacts)
        {
            if (contact.Service != EdgeService.Rpc || contact.IsLearned || contact.IsServer
                || subject.Role.IsServing()) continue;
            var evidence = subject.EvidenceOf(contact);
            var weight = FirstContact.Weigh(subject, contact, evidence);
            var (severity, confidence, softenedBy) = weight;
            found.Add(new FindingDraft
            {
                Claim = Claim,
                Client = subject.Client,
                Server = contact.Server,
                Severity = severity,
                Confidence = confidence,
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Words = new FirstContactSentence(subject, contact, evidence, softenedBy),
                Flows = evidence.Flows,
                AssumesNoServer = true,
                IsEarly = subject.IsLearning,
                RanksAs = weight.RanksAs,
                GoesWithOthers = weight.GoesWithOthers,
                CrowdPort = subject.CrowdPortOf(contact),
            });
        }
    }
}
