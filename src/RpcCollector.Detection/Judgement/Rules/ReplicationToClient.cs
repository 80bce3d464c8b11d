using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>A transfer shaped like directory replication to a host that is no domain controller.</summary>
/// <remarks>
/// Evidence: octets of one endpoint flow. With DCSync the server sends about twice what the client sends; benign calls of the replication interface had a
/// ratio of 1.22 at most, but other interfaces may exceed it. So it is a hint with low confidence, unless the endpoint is known to carry drsuapi.
/// </remarks>
internal static class ReplicationToClient
{
    private static readonly Claim Claim = new(FindingKind.ReplicationToClient, ["T1003.006"], ["CAR-2014-05-001"]);

    public static void Judge(ClientCase it, List<FindingDraft> found)
    {
        foreach (var contact in it.Contacts)
        {
            if (contact.Service != EdgeService.Rpc || it.Facts[contact.Open].NumShaped == 0) continue;
            if ((it.Edges[contact.Edge].Marks & EdgeMarks.Replicates) != EdgeMarks.None) continue;

            // 1. The flows, and whether one went to an endpoint that carries replication.
            var evidence = new Evidence(it.Client);
            var ratio = 0.0;
            var isNamed = false;
            for (var i = it.Facts[contact.Open].Facts; i >= 0; i = it.Facts.Fact(i).NextOfOpen)
            {
                ref var fact = ref it.Facts.Fact(i);
                if ((fact.Marks & FactMarks.Shaped) == FactMarks.None) continue;
                evidence.Add(fact, contact.Server);
                ratio = Math.Max(ratio, fact.ServerOctets / Math.Max(1.0, fact.ClientOctets));
                isNamed |= it.Endpoints.TryFind(contact.Server, fact.ServerPort, fact.Start, out var interfaces) && interfaces.HasFlag(RpcInterfaces.Drsuapi);
            }

            // 2. Of a host that is not known to replicate at all, many a transfer has this shape.
            if (!isNamed && contact.ServerRole != HostRole.DomainController) continue;
            found.Add(new FindingDraft
            {
                Claim = Claim,
                Client = it.Client,
                Server = contact.Server,
                Severity = isNamed ? FindingSeverity.Medium : FindingSeverity.Low,
                Confidence = evidence.Weaken(isNamed ? FindingConfidence.Medium : FindingConfidence.Low),
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Reason = $"{RoleName.InWords(contact.ServerRole)} {contact.Server} sent {RoleName.InWords(it.Role)} {it.Client} {ratio:0.0} times what it got, as directory replication does{(isNamed ? ", over an endpoint that carries drsuapi" : "")}; {evidence.InWords}",
                Flows = evidence.Flows,
                IsEarly = it.IsLearning,
            });
        }
    }
}
