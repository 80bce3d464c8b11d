using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>A surprising new client of a server or domain controller.</summary>
/// <remarks>
/// Evidence: novelty alone. 37 of 42 pairs to domain controllers in public captures were benign, so this rule reports only after the
/// learning period, by bits of surprise, and with medium severity at most. Servers that many use surprise nobody.
/// </remarks>
internal static class NewRpcClient
{
    private static readonly Claim Claim = new(FindingKind.NewRpcClient, ["T1021"], ["CAR-2014-05-001"]);

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        if (subject.IsLearning || subject.DrivesMany) return;
        foreach (var contact in subject.Contacts)
        {
            if (contact.IsLearned || !EdgeServiceName.IsAdministration(contact.Service) || !Concerns(contact)) continue;
            var surprise = subject.SurpriseOf(contact);
            if (surprise.Bits < subject.Options.NoveltyBits) continue;

            // Clients of a domain controller change with every laptop that joins.
            var evidence = subject.EvidenceOf(contact);
            var isMedium = surprise.Bits >= subject.Options.HighNoveltyBits && contact.ServerRole != HostRole.DomainController
                && !subject.ContactsManyLike(contact);
            var draft = new FindingDraft
            {
                Claim = Claim,
                Client = subject.Client,
                Server = contact.Server,
                Severity = isMedium ? FindingSeverity.Medium : FindingSeverity.Low,
                Confidence = evidence.Weaken(FindingConfidence.Medium),
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Reason = FirstContact.Sentence(subject, contact, evidence),
                Flows = evidence.Flows,
                Services = [new(contact.Service, evidence.Count)],
            };
            if (found.Count > 0 && found[^1].Id == draft.Id) found[^1] = found[^1].With(draft);
            else found.Add(draft);
        }
    }

    /// <summary>True for contacts that the rules on peers leave out.</summary>
    private static bool Concerns(in EdgeCase contact) => contact.IsServer && contact.Service != EdgeService.WinRm;
}
