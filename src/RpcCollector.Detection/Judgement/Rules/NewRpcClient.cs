using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>A client that is new to a server or domain controller, or a server that is new to somebody as a client, and surprising.</summary>
/// <remarks>
/// Evidence: novelty alone. 37 of 42 pairs to domain controllers in public captures were benign, so it speaks only after the learning period, in bits of
/// surprise, and softly: servers that many use surprise nobody.
/// </remarks>
internal static class NewRpcClient
{
    private static readonly Claim Claim = new(FindingKind.NewRpcClient, ["T1021"], ["CAR-2014-05-001"]);

    public static void Judge(ClientCase it, List<FindingDraft> found)
    {
        if (it.IsLearning || it.DrivesMany) return;
        foreach (var contact in it.Contacts)
        {
            if (contact.IsLearned || !EdgeServiceName.IsAdministration(contact.Service) || !Concerns(it, contact)) continue;
            var surprise = it.SurpriseOf(contact);
            if (surprise.Bits < it.Options.NoveltyBits) continue;

            // Clients of a domain controller change with every laptop that joins.
            var evidence = it.EvidenceOf(contact);
            var isMedium = surprise.Bits >= it.Options.HighNoveltyBits && contact.ServerRole != HostRole.DomainController && !it.ContactsManySuch(contact);
            var draft = new FindingDraft
            {
                Claim = Claim,
                Client = it.Client,
                Server = contact.Server,
                Severity = isMedium ? FindingSeverity.Medium : FindingSeverity.Low,
                Confidence = evidence.Weaken(FindingConfidence.Medium),
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Reason = FirstContact.Sentence(it, contact, evidence),
                Flows = evidence.Flows,
            };
            if (found.Count > 0 && found[^1].Id == draft.Id) found[^1] = found[^1].With(draft);
            else found.Add(draft);
        }
    }

    /// <summary>What the rules on peers do not speak of.</summary>
    private static bool Concerns(ClientCase it, in EdgeCase contact) => it.Role == HostRole.Server || (contact.IsServer && contact.Service != EdgeService.WinRm);
}
