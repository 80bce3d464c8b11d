using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>
/// A program on a workstation calls a domain controller and ends at once, while it is not known yet by which ports that is used.
/// </summary>
/// <remarks>
/// <para>
/// Evidence: Windows keeps a connection to the mapper for ten seconds after it was used, as long as the program lives; 16 of 16 that
/// services and agents opened in the recordings lasted 10 s or more. Those of a program that was started for one call lasted 1.1 s at most
/// (PrintNightmare, both Zerologons, schtasks). What calls a controller from a workstation in ordinary times are services, which do not
/// end. Commands that people type look the same, and 16 are few: medium with low confidence.
/// </para>
/// <para>
/// Only where somebody has told that the one is a workstation and the other a controller, only the first RPC of the two, and only as long
/// as no port of the controller is known to be common: then <see cref="UnusualEndpoint"/> says it better.
/// </para>
/// </remarks>
internal static class BriefCall
{
    // From the mapper flow's start to the end of both, in milliseconds.
    private const int Within = 2_000;

    private static readonly Claim Claim = new(FindingKind.NewRpcClient, ["T1021"], ["CAR-2014-05-001"]);

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        if (!subject.IsLearning || subject.ClientState.Told != HostRole.Workstation) return;
        foreach (var contact in subject.Contacts)
        {
            if (contact is not { Service: EdgeService.Rpc, IsLearned: false, IsNew: true, KnownAs: null }
                || subject.Edges.Host(contact.ServerIndex).Told != HostRole.DomainController
                || subject.Ports.Find(contact.Server.Address) is { HasCommon: true }) continue;
            var evidence = new Evidence(subject.Client);
            for (var i = subject.Facts[contact.Open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
                if (IsBrief(subject.Facts.Fact(i))) evidence.Add(subject.Facts.Fact(i), contact.Server);
            if (evidence.Count == 0) continue;
            found.Add(new FindingDraft
            {
                Claim = Claim,
                Client = subject.Client,
                Server = contact.Server,
                Severity = FindingSeverity.Medium,
                Confidence = FindingConfidence.Low,
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Reason = $"A program on workstation {subject.Client} called domain controller {contact.Server} and ended within " +
                    $"{Within / 1_000} s; the services that call a controller go on, and keep their connection to the mapper for 10 s; " +
                    $"first RPC of the two in {subject.LearnedInWords}, and by which ports the controller is used is not known yet; " +
                    evidence.InWords,
                Flows = evidence.Flows,
                Services = [new(EdgeService.Rpc, evidence.Count)],
                IsEarly = true,
            });
        }
    }

    private static bool IsBrief(in Fact fact) =>
        fact is { HasMapper: true, HasFlow: true, IsAnswered: true } && fact.SamplingInterval <= 1
        && Math.Max(fact.MapperEnd, fact.FlowEnd) - (long)fact.MapperStart <= Within;
}
