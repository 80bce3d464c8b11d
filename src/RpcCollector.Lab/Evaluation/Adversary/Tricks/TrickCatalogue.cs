using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>Every trick, in the order of the table.</summary>
internal static class TrickCatalogue
{
    private static readonly int[] Numbers = [1, 5, 20, 50, 200];

    public static IReadOnlyList<ITrick> All { get; } =
    [
        new NoTrick(), .. OneRecords(), .. Feigned(), .. Targets(),
        .. Enum.GetValues<LearnedKind>().Select(kind => new LearnedBefore(kind)),
        new FeignedClients(20, 3, FeignedKind.Known) { AreInLearning = true },
        .. Ports(), .. Enum.GetValues<QuietKind>().Select(kind => new QuietPace(kind)),
        .. Enum.GetValues<QuietContactKind>().Select(kind => new QuietContacts(kind)), .. Floods(),
        new OwnDevice(0), new OwnDevice(5), new OwnDevice(20),
        .. Enum.GetValues<ForgeryKind>().Select(kind => new ForgedExporter(kind)), .. Taken(),
        .. Enum.GetValues<ForgedLeaseKind>().Select(kind => new ForgedLease(kind)),
        new PortMadeCommon(3, 0), new PortMadeCommon(5, 0), new PortMadeCommon(20, 0), new PortMadeCommon(5, 3), new PortMadeCommon(20, 3),
        new CrowdAtVictim(2), new CrowdAtVictim(20), new ToldOfThree(), new AsHelpDesk(),
        .. Enum.GetValues<QuietProgramKind>().Select(kind => new QuietPrograms(kind)),
        new Acquaintance(isMadeBefore: false), new Acquaintance(isMadeBefore: true),
        .. Enum.GetValues<OwnSmbKind>().Select(kind => new OwnSmb(kind)),
    ];

    private static IEnumerable<ITrick> OneRecords() =>
        from isAfter in (bool[])[false, true]
        from kind in Enum.GetValues<OneRecordKind>()
        select new OneRecord(kind, isAfter);

    private static IEnumerable<ITrick> Feigned()
    {
        foreach (var number in Numbers)
        {
            foreach (var days in (int[])[0, 1, 3])
            {
                // All of them would be thirty rows; those that are played by default are the ends and the bound that is aimed for.
                yield return new FeignedClients(number, days) { IsStandard = days == 0 && number is 5 or 200 };
                yield return new FeignedClients(number, days, FeignedKind.Known) { IsStandard = number is 5 or 20 || days == 3 };
            }
        }

        foreach (var number in (int[])[2, 5, 10]) yield return new FeignedClients(number, 3, FeignedKind.Owned);
        foreach (var days in (int[])[0, 3]) yield return new FeignedClients(20, days, FeignedKind.Known) { AreOfVictim = true };
        foreach (var number in (int[])[5, 20]) yield return new FeignedClients(number, 0, FeignedKind.Known) { IsAfter = true };
        yield return new FeignedClients(20, 3, FeignedKind.Known) { IsAfter = true };
        yield return new FeignedClients(20, 0, FeignedKind.Known) { AreOfVictim = true, IsAfter = true };
    }

    private static IEnumerable<ITrick> Targets() =>
    [
        new ManyTargets(30, 4, isAnswered: true, toServers: true), new ManyTargets(30, 4, isAnswered: true, toServers: false),
        new ManyTargets(30, 4, isAnswered: false, toServers: true), new ManyTargets(30, 4, isAnswered: false, toServers: false),
    ];

    private static IEnumerable<ITrick> Ports() =>
    [
        new SourcePorts(0), new SourcePorts(445), new SourcePorts(445, isMapperToo: true), new SourcePorts(135, isMapperToo: true),
        new SourcePorts(88, isMapperToo: true), new SourcePorts(389, isMapperToo: true), new SourcePorts(5985, isMapperToo: true),
        new SourcePorts(49_664), new SourcePorts(49_664, isMapperToo: true),
        new OwnEndpoint(isMapperToo: false, feignsMapper: false), new OwnEndpoint(isMapperToo: true, feignsMapper: false),
        new OwnEndpoint(isMapperToo: true, feignsMapper: true),
    ];

    private static IEnumerable<ITrick> Floods() =>
    [
        new Flood(0), new Flood(2_500, FloodTime.Before), new Flood(2_500, FloodTime.During), new Flood(2_500, FloodTime.After),
        new Flood(2_500, FloodTime.During, isKnown: true), new Flood(2_500, FloodTime.After, isKnown: true),
        new Flood(100_000, FloodTime.Before, isOnlyEdges: true),
    ];

    private static IEnumerable<ITrick> Taken() =>
        from isController in (bool[])[true, false]
        from kind in Enum.GetValues<TakenKind>()
        select new TakenServer(isController, kind);
}
