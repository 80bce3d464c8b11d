using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>The mapper answers, the dynamic port does not, and SMB opens when the client's connect timeout is over.</summary>
/// <remarks>
/// Evidence: an endpoint flow without an answer, and an SMB contact of the same pair 21.0 s after its first SYN. The service control manager's client falls
/// back to the named pipe so; in public captures 6 of 6 such pairs were remote service control.
/// </remarks>
internal static class FirewalledServiceControl
{
    private static readonly Claim Claim = new(FindingKind.FirewalledServiceControl, ["T1569.002", "T1543.003"], ["CAR-2014-05-001", "CAR-2014-03-005"]);

    public static void Judge(ClientCase it, List<FindingDraft> found)
    {
        foreach (var contact in it.Contacts)
        {
            if (contact.Service != EdgeService.Smb) continue;

            // 1. The pair's unanswered endpoint flows of this hour and the one before.
            var edge = it.Edges.Find(it.ClientIndex, contact.ServerIndex, EdgeService.Rpc);
            if (edge < 0 || (it.Edges[edge].Marks & EdgeMarks.Firewalled) != EdgeMarks.None) continue;
            var evidence = new Evidence(it.Client);
            var seconds = 0.0;
            foreach (var epoch in (ReadOnlySpan<int>)[it.Epoch - 1, it.Epoch])
            {
                var open = it.Facts.FindOpen(edge, epoch);
                if (open < 0 || it.Facts[open].NumUnanswered == 0) continue;

                // 2. With the SMB contacts that follow.
                for (var i = it.Facts[open].Facts; i >= 0; i = it.Facts.Fact(i).NextOfOpen)
                {
                    if (it.Facts.Fact(i) is not { HasFlow: true, IsUnanswered: true } || Following(it, contact, it.Facts.Fact(i)) is not (>= 0 and var smb)) continue;
                    evidence.Add(it.Facts.Fact(i), contact.Server);
                    evidence.Add(it.Facts.Fact(smb), contact.Server);
                    seconds = Math.Max(seconds, (FlowStartOf(it.Facts.Fact(smb)) - FlowStartOf(it.Facts.Fact(i))) / 1000.0);
                }
            }

            if (evidence.Count == 0) continue;
            found.Add(new FindingDraft
            {
                Claim = Claim,
                Client = it.Client,
                Server = contact.Server,
                Severity = it.DrivesMany ? FindingSeverity.Low : it.IsLearning || contact.IsServer ? FindingSeverity.Medium : FindingSeverity.High,
                Confidence = evidence.Weaken(FindingConfidence.High),
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Reason = $"{RoleName.InWords(it.Role)} {it.Client} asked the mapper of {contact.Server}, got no answer on the dynamic port, and opened SMB {seconds:0.0} s later, as remote service control through a firewall does",
                Flows = evidence.Flows,
                IsEarly = it.IsLearning,
            });
        }
    }

    /// <summary>The earliest SMB contact of the hour at the right time after an endpoint flow; none when negative.</summary>
    private static int Following(ClientCase it, in EdgeCase contact, in Fact endpoint)
    {
        var after = (long)it.Options.FirewalledAfter.TotalMilliseconds;
        var tolerance = (long)it.Options.FirewalledTolerance.TotalMilliseconds;
        var best = -1;
        for (var i = it.Facts[contact.Open].Facts; i >= 0; i = it.Facts.Fact(i).NextOfOpen)
        {
            ref var smb = ref it.Facts.Fact(i);
            if (Math.Abs(FlowStartOf(smb) - FlowStartOf(endpoint) - after) > tolerance) continue;
            if (best < 0 || (smb.Start, smb.Key).CompareTo((it.Facts.Fact(best).Start, it.Facts.Fact(best).Key)) < 0) best = i;
        }

        return best;
    }

    private static long FlowStartOf(in Fact fact) => fact.Start + fact.FlowStart;
}
