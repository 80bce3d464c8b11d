using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>A transfer shaped like directory replication to a host that is no domain controller.</summary>
/// <remarks>
/// Evidence: octets of one endpoint flow. With DCSync the server sends about twice what the client sends; benign calls of the
/// replication interface had a ratio of 1.22 at most, but other interfaces may exceed it. So it is a hint with low confidence, unless
/// the endpoint is known to carry drsuapi.
/// </remarks>
internal static class ReplicationToClient
{
    private static readonly Claim Claim = new(FindingKind.ReplicationToClient, ["T1003.006"], ["CAR-2014-05-001"]);

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        if (subject.Role.Replicates()) return;
        foreach (var contact in subject.Contacts)
        {
            if (contact.Service != EdgeService.Rpc || subject.Facts[contact.Open].NumShaped == 0) continue;
            if ((subject.MarksOf(contact.Edge) & EdgeMarks.Replicates) != EdgeMarks.None) continue;

            // 1. The flows, and whether one went to an endpoint that carries replication.
            var evidence = new Evidence(subject.Client);
            var ratio = 0.0;
            var isNamed = false;
            for (var i = subject.Facts[contact.Open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
            {
                ref var fact = ref subject.Facts.Fact(i);
                if ((fact.Marks & FactMarks.Shaped) == FactMarks.None) continue;
                evidence.Add(fact, contact.Server);
                ratio = Math.Max(ratio, fact.ServerOctets / Math.Max(1.0, fact.ClientOctets));
                isNamed |= subject.Endpoints.TryFind(contact.Server.Address, fact.ServerPort, fact.Start, out var interfaces)
                    && interfaces.HasFlag(RpcInterfaces.Drsuapi);
            }

            // 2. Many transfers of hosts that do not replicate have this shape too.
            if (!isNamed && contact.ServerRole != HostRole.DomainController) continue;
            found.Add(new FindingDraft
            {
                Claim = Claim,
                Client = subject.Client,
                Server = contact.Server,
                Severity = isNamed ? FindingSeverity.Medium : FindingSeverity.Low,
                Confidence = evidence.Weaken(isNamed ? FindingConfidence.Medium : FindingConfidence.Low),
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Reason = $"{RoleName.InWords(contact.ServerRole)} {contact.Server} sent {RoleName.InWords(subject.Role)} " +
                    $"{subject.Client} {ratio:0.0} times what it got, as directory replication " +
                    $"does{(isNamed ? ", over an endpoint that carries drsuapi" : "")}; {evidence.InWords}",
                Flows = evidence.Flows,
                IsEarly = subject.IsLearning,
            });
        }
    }
}
