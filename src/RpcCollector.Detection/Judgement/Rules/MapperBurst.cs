using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>A pair opens mapper flows faster than Windows does.</summary>
/// <remarks>
/// Evidence: the number of mapper flows of a pair within any 60 s. Zerologon tries hundreds of connections a minute (156 to 2,518
/// measured), where benign pairs had at most 14 in 19 minutes. Each pair is measured by what it was learned to do.
/// </remarks>
internal static class MapperBurst
{
    private const long Window = 60_000;

    // No program that is merely busy reaches this many times the setting.
    private const int Beyond = 4;

    private static readonly Claim Claim = new(FindingKind.MapperBurst, ["T1210"], ["CAR-2014-05-001"]);

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        foreach (var contact in subject.Contacts)
        {
            if (contact.Service != EdgeService.Rpc || subject.Facts[contact.Open].Count < subject.Options.MapperBurst) continue;
            var most = Most(subject.Facts, contact.Open);
            if (most < subject.Options.MapperBurst || most <= 2 * subject.BurstOf(contact.Edge)) continue;

            var evidence = subject.EvidenceOf(contact);
            var isSure = most >= Beyond * subject.Options.MapperBurst || contact.ServerRole == HostRole.DomainController;
            found.Add(new FindingDraft
            {
                Claim = Claim,
                Client = subject.Client,
                Server = contact.Server,
                Severity = subject.DrivesMany || (subject.IsLearning && !isSure) ? FindingSeverity.Medium : FindingSeverity.High,
                Confidence = evidence.Weaken(isSure ? FindingConfidence.High : FindingConfidence.Medium),
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Reason = $"{most} mapper flows within a minute from {RoleName.InWords(subject.Role)} {subject.Client} to " +
                    $"{RoleName.InWords(contact.ServerRole)} {contact.Server}, at most {subject.BurstOf(contact.Edge)} before; " +
                    $"{evidence.InWords}",
                Flows = evidence.Flows,
                IsEarly = subject.IsLearning,
            });
        }
    }

    /// <summary>
    /// The most mapper flows within a minute of the hour; a mapper flow that several endpoint flows rest on counts once, and one that a
    /// firewall refused not at all: no exploit gets through.
    /// </summary>
    internal static int Most(OpenFacts facts, int open)
    {
        var flows = new List<(long At, ushort Port)>(facts[open].NumFacts);
        for (var i = facts[open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref facts.Fact(i);
            if (fact is { HasMapper: true, IsRefused: false }) flows.Add((fact.Start + fact.MapperStart, fact.MapperClientPort));
        }

        flows.Sort();
        int most = 0, distinct = 0;
        for (var i = 0; i < flows.Count; i++)
        {
            if (i == 0 || flows[i] != flows[i - 1]) flows[distinct++] = flows[i];
        }

        for (int first = 0, last = 0; last < distinct; last++)
        {
            while (flows[last].At - flows[first].At >= Window) first++;
            most = Math.Max(most, last - first + 1);
        }

        return most;
    }
}
