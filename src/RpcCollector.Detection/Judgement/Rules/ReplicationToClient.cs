using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>A transfer shaped like directory replication to a host that is no domain controller.</summary>
/// <remarks>
/// <para>
/// Evidence: octets of one endpoint flow. With DCSync the server sends about twice what the client sends; benign calls of the
/// replication interface had a ratio of 1.22 at most, but other interfaces may exceed it: reading an event log does. So it is a hint with
/// low confidence, unless the endpoint is known to carry drsuapi, or is the port that most clients of the controller use.
/// </para>
/// <para>
/// That port is lsass's, the event log's is another: there 5,000 octets at 1.6 times the request were 3 of 3 DCSync, and none of 274 other
/// connections (so 1.3 % at most, by a 95 % bound). That is worth a look, and too little to page somebody at night.
/// Where a network's own answers have that shape, it must have more of it (<see cref="ReplicationShapes"/>).
/// </para>
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

            // 1. The flows, and whether one went to an endpoint that carries replication, or may.
            var evidence = new Evidence(subject.Client);
            var ratio = 0.0;
            var (isNamed, isLarge, common) = (false, false, (ushort)0);
            var wanted = subject.Ports.ShapeWanted(contact.Server.Address, subject.Epoch);
            for (var i = subject.Facts[contact.Open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
            {
                ref var fact = ref subject.Facts.Fact(i);

                // Who looks up some accounts every day has not got the whole directory, nor its secrets.
                if ((fact.Marks & FactMarks.Shaped) == FactMarks.None || subject.IsUsualAnswer(contact.Edge, fact)) continue;
                evidence.Add(fact, contact.Server);
                ratio = Math.Max(ratio, fact.ServerOctets / Math.Max(1.0, fact.ClientOctets));
                isNamed |= subject.Endpoints.TryFind(contact.Server.Address, fact.ServerPort, fact.Start, out var interfaces)
                    && interfaces.HasFlag(RpcInterfaces.Drsuapi);
                if (!ReplicationShapes.IsLarge(fact)) continue;
                isLarge = true;
                if ((ReplicationShapes.RatioOf(fact) >= wanted || ReplicationShapes.IsDirectory(fact))
                    && subject.IsCommonPort(contact.Server.Address, fact.ServerPort))
                    common = Math.Max(common, fact.ServerPort);
            }

            // 2. Many transfers of hosts that do not replicate have this shape too.
            if (evidence.Count == 0) continue;
            if (!isNamed && contact.ServerRole != HostRole.DomainController) continue;
            var isSure = isNamed || (common > 0 && (wanted > 0 || !subject.IsLearningPorts));
            var isTold = !isSure && isLarge && AreTold(subject, contact);
            found.Add(new FindingDraft
            {
                Claim = Claim,
                Client = subject.Client,
                Server = contact.Server,
                Severity = isSure || isTold ? FindingSeverity.Medium : FindingSeverity.Low,
                Confidence = evidence.Weaken(isSure ? FindingConfidence.Medium : FindingConfidence.Low),
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Reason = $"{RoleName.InWords(contact.ServerRole)} {contact.Server} sent {RoleName.InWords(subject.Role)} " +
                    $"{subject.Client} {ratio:0.0} times what it got, as directory replication does" +
                    (isNamed ? ", over an endpoint that carries drsuapi"
                        : isSure ? $", over port {common}, which most of its clients use and where its directory answers"
                        : isTold ? "; by which port its directory answers is not known yet" : "") + $"; {evidence.InWords}",
                Flows = evidence.Flows,
                IsEarly = subject.IsLearning,
            });
        }
    }

    /// <summary>
    /// True for a controller and a workstation of which somebody said that they are, as long as no port of the controller is known to be
    /// lsass's or another: then it may be, and who has told all that does not want to wait for days.
    /// </summary>
    private static bool AreTold(ClientCase subject, in EdgeCase contact) =>
        subject.ClientState.Told == HostRole.Workstation
        && subject.Edges.Host(contact.ServerIndex).Told == HostRole.DomainController
        && subject.Ports.Find(contact.Server.Address) is not { HasCommon: true };
}
