using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>The mapper answers, the dynamic port does not, and SMB opens when the client's connect timeout is over.</summary>
/// <remarks>
/// Evidence: an endpoint flow without an answer, and an SMB contact of the same pair 21.0 s after its first SYN. That is how the service
/// control manager's client falls back to the named pipe; in public captures 6 of 6 such pairs were remote service control.
/// </remarks>
internal static class FirewalledServiceControl
{
    private static readonly Claim Claim =
        new(FindingKind.FirewalledServiceControl, ["T1569.002", "T1543.003"], ["CAR-2014-05-001", "CAR-2014-03-005"]);

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        // Without RPC in this hour or the one before there is no endpoint flow.
        if (!HasRpc(subject)) return;
        foreach (var contact in subject.Contacts)
        {
            if (contact.Service != EdgeService.Smb) continue;

            // 1. The pair's unanswered endpoint flows of this hour and the one before.
            var edge = subject.Edges.Find(subject.ClientIndex, contact.ServerIndex, EdgeService.Rpc);
            if (edge < 0 || (subject.MarksOf(edge) & EdgeMarks.Firewalled) != EdgeMarks.None) continue;
            if (!HasUnanswered(subject, edge, subject.Epoch - 1) && !HasUnanswered(subject, edge, subject.Epoch)) continue;
            var evidence = new Evidence(subject.Client);
            var seconds = 0.0;
            var taken = new HashSet<int>();
            foreach (var epoch in (ReadOnlySpan<int>)[subject.Epoch - 1, subject.Epoch])
            {
                var open = subject.Facts.FindOpen(edge, epoch);
                if (open < 0 || subject.Facts[open].NumUnanswered == 0) continue;

                // 2. With the SMB contacts that follow.
                for (var i = subject.Facts[open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
                {
                    if (subject.Facts.Fact(i) is not { HasFlow: true, IsUnanswered: true }
                        || Following(subject, contact, subject.Facts.Fact(i)) is not (>= 0 and var smb)) continue;
                    evidence.Add(subject.Facts.Fact(i), contact.Server);
                    if (taken.Add(smb)) evidence.Add(subject.Facts.Fact(smb), contact.Server);
                    seconds = Math.Max(seconds, (FlowStartOf(subject.Facts.Fact(smb)) - FlowStartOf(subject.Facts.Fact(i))) / 1000.0);
                }
            }

            if (evidence.Count == 0) continue;
            found.Add(new FindingDraft
            {
                Claim = Claim,
                Client = subject.Client,
                Server = contact.Server,
                Severity = SeverityOf(subject, contact),
                Confidence = evidence.Weaken(FindingConfidence.High),
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Reason = $"{RoleName.InWords(subject.Role)} {subject.Client} asked the mapper of {contact.Server}, got no answer on the " +
                    $"dynamic port, and opened SMB {seconds:0.0} s later, as remote service control through a firewall does",
                Flows = evidence.Flows,
                IsEarly = subject.IsLearning,
            });
        }
    }

    private static bool HasRpc(ClientCase subject)
    {
        foreach (var edge in subject.Recent) if (subject.Edges[edge].Service == EdgeService.Rpc) return true;
        return false;
    }

    private static bool HasUnanswered(ClientCase subject, int edge, int epoch) =>
        subject.Facts.FindOpen(edge, epoch) is >= 0 and var open && subject.Facts[open].NumUnanswered > 0;

    /// <summary>
    /// Its timing is proof from the first hour on. Only what is plainly a server by those who come to it, at either end, is worth no page
    /// while the network is being learned: a deployment that nobody has told meets the same firewalls.
    /// </summary>
    private static FindingSeverity SeverityOf(ClientCase subject, in EdgeCase contact)
    {
        if (subject.DrivesMany) return FindingSeverity.Low;
        var isServing = contact.IsServer
            || (subject.IsLearning && (subject.IsCrowded(contact.ServerIndex) || subject.IsCrowded(subject.ClientIndex)));
        return isServing ? FindingSeverity.Medium : FindingSeverity.High;
    }

    /// <summary>The earliest SMB contact of the hour at the right time after an endpoint flow; none when negative.</summary>
    private static int Following(ClientCase subject, in EdgeCase contact, in Fact endpoint)
    {
        var after = (long)subject.Options.FirewalledAfter.TotalMilliseconds;
        var tolerance = (long)subject.Options.FirewalledTolerance.TotalMilliseconds;
        var best = -1;
        for (var i = subject.Facts[contact.Open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
        {
            ref var smb = ref subject.Facts.Fact(i);
            if (Math.Abs(FlowStartOf(smb) - FlowStartOf(endpoint) - after) > tolerance) continue;
            if (best < 0 || (smb.Start, smb.Key).CompareTo((subject.Facts.Fact(best).Start, subject.Facts.Fact(best).Key)) < 0) best = i;
        }

        return best;
    }

    private static long FlowStartOf(in Fact fact) => fact.Start + fact.FlowStart;
}
