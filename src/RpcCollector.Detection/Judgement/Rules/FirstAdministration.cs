using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>First SMB, WinRM or RPC over HTTP between two hosts that are no servers; first WinRM of a workstation to anybody.</summary>
/// <remarks>
/// Evidence: 15 of 54 public attacks go through SMB pipes alone, and intrusions move by WinRM without any RPC. Clients of file servers
/// and of domain controllers use SMB every day; WinRM is used by those who administer, so it is worth a look whatever the server is.
/// </remarks>
internal static class FirstAdministration
{
    private static readonly Claim Smb = new(FindingKind.FirstAdministration, ["T1021.002"], []);
    private static readonly Claim WinRm = new(FindingKind.FirstAdministration, ["T1021.006"], []);
    private static readonly Claim OverHttp = new(FindingKind.FirstAdministration, ["T1021", "T1021.003"], []);

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        if (subject.Role.IsServing()) return;
        for (var i = 0; i < subject.Contacts.Count; i++)
        {
            var contact = subject.Contacts[i];
            if (contact.IsLearned || contact.Service is not (EdgeService.Smb or EdgeService.WinRm or EdgeService.RpcOverHttp)) continue;
            if (contact.IsServer && contact.Service != EdgeService.WinRm) continue;

            // Events are collected, and servers asked, by WinRM: where everybody pushes to a server, one more does.
            var evidence = subject.EvidenceOf(contact);
            if (contact.IsServer && !subject.IsLearning && subject.UsedByMany(contact, evidence.First) is not null) continue;
            var weight = FirstContact.Weigh(subject, contact, evidence);
            var (severity, confidence, softenedBy) = weight;

            // SMB alone is how people open a colleague's folder too, and RPC beside it is reported by itself.
            if (severity.IsAtLeast(FindingSeverity.High) && (contact.IsServer || contact.Service == EdgeService.Smb))
                severity = FindingSeverity.Medium;

            // One finding for the pair: another service adds to it.
            var draft = new FindingDraft
            {
                Claim = contact.Service switch { EdgeService.Smb => Smb, EdgeService.WinRm => WinRm, _ => OverHttp },
                Client = subject.Client,
                Server = contact.Server,
                Severity = severity,
                Confidence = confidence,
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Words = new FirstContactSentence(subject, contact, evidence, softenedBy),
                Flows = evidence.Flows,
                Services = [new(contact.Service, evidence.Count)],
                AssumesNoServer = !contact.IsServer && contact.Service != EdgeService.WinRm,
                IsEarly = subject.IsLearning,
                RanksAs = weight.RanksAs,
                CrowdPort = contact.Service == EdgeService.Smb ? subject.CrowdPortOf(contact) : (ushort)0,
            };
            if (found.Count > 0 && found[^1].Id == draft.Id) found[^1] = found[^1].With(draft);
            else found.Add(draft);
        }
    }
}
