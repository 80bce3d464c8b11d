using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>A program that speaks SMB by itself calls a server through pipes, and neither the two nor others do so by habit.</summary>
/// <remarks>
/// <para>
/// Evidence: <see cref="BriefSessions"/>. Services, tasks and the registry are reached through pipes by SMB alone, which leaves no flow to
/// an endpoint; on a server that the client uses anyway it leaves no new edge either. What is left is that Windows' own sessions do not
/// end so soon.
/// </para>
/// <para>
/// Of domain controllers it says nothing: names are looked up there through pipes all day; of hosts that are no servers the first contact
/// is told (<see cref="CallsThroughPipes"/>). What was done while the network was learned is silent: by the two on three days, or by three
/// clients of the server and a tenth of those it has, on three days between them. So is what a person called benign.
/// </para>
/// </remarks>
internal static class BriefPipeCalls
{
    private static readonly Claim Claim = new(FindingKind.PipeOpened, ["T1021.002"], []);

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        if (subject.IsLearningPipes || subject.DrivesMany || subject.Role == HostRole.DomainController) return;

        // Who scans is told of as one who does, until it is his job.
        if (subject.ContactsMany || subject.AskedManyLongAgo) return;
        foreach (var contact in subject.Contacts)
        {
            if (contact.Service != EdgeService.Smb || subject.Facts[contact.Open].NumShaped == 0
                || contact.ServerRole == HostRole.DomainController || !contact.IsServer || subject.IsYoung(contact)
                || subject.IsCalledThroughPipes(contact)) continue;
            var evidence = new Evidence(subject.Client);
            var (sent, got, lasted) = (0u, 0u, 0L);
            for (var i = subject.Facts[contact.Open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
            {
                ref var fact = ref subject.Facts.Fact(i);
                if (!fact.AreBriefCalls) continue;
                evidence.Add(fact, contact.Server);
                var milliseconds = fact.FlowEnd - (long)fact.FlowStart;
                if ((fact.ClientOctets, fact.ServerOctets, milliseconds).CompareTo((sent, got, lasted)) > 0)
                    (sent, got, lasted) = (fact.ClientOctets, fact.ServerOctets, milliseconds);
            }

            var draft = new FindingDraft
            {
                Claim = Claim,
                Client = subject.Client,
                Server = contact.Server,
                Severity = contact.KnownAs is null ? FindingSeverity.Medium : FindingSeverity.Low,
                Confidence = evidence.Weaken(FindingConfidence.Medium),
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Reason = $"{RoleName.InWords(subject.Role)} {subject.Client} sent " +
                    $"{RoleName.InWords(contact.ServerRole)} {contact.Server} " +
                    $"{sent:N0} octets by SMB, got {got:N0} and was done within {Math.Max(1, (lasted + 999) / 1_000)} s, as tools call " +
                    "services and tasks through pipes; Windows' own sessions go on for 10 s or more, and the two are not known for it; " +
                    evidence.InWords + (contact.KnownAs is { } known ? $"; rated lower because {known}" : ""),
                Flows = evidence.Flows,
            };
            var same = found.FindIndex(other => other.Id == draft.Id);
            if (same >= 0) found[same] = found[same].With(draft);
            else found.Add(draft);
        }
    }
}
