using RpcCollector.Detection.Operations;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>
/// The same findings of calls and pipes for every order of arrival within the lateness bound, and with restarts in between.
/// </summary>
public sealed class OperationOrderTests
{
    private const int NumHosts = 30;

    private static readonly (string Interface, string Operation)[] Calls =
    [
        ("svcctl", "CreateServiceW"), ("svcctl", "OpenSCManager2"), ("svcctl", "ControlService"), ("svcctl", RpcOperation.None),
        ("atsvc", RpcOperation.None), ("samr", RpcOperation.None), ("winreg", "BaseRegSetValue"), ("winreg", RpcOperation.None),
        ("samr", "SamrEnumerateUsersInDomain"), ("samr", "SamrGetMembersInGroup"), ("samr", "SamrGetMembersInAlias"),
        ("samr", "SamrLookupNamesInDomain"), ("lsarpc", "LsarLookupSids"), ("lsarpc", "LsarSetAuditPolicy"),
        ("srvsvc", "NetrSessionEnum"), ("srvsvc", "NetrShareEnum"), ("netlogon", "NetrServerAuthenticate3"),
    ];

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Calls_and_pipes_give_the_same_findings_in_any_order_and_over_restarts(int seed)
    {
        var operations = Draw(seed);
        var inOrder = Run(operations, restarts: 0);

        Assert.NotEmpty(inOrder);
        for (var shuffle = 1; shuffle <= 3; shuffle++)
        {
            var random = new Random((100 * seed) + shuffle);
            var delayed = operations.Select(operation => (operation, at: operation.AtUnixMilliseconds
                + (random.Next(3) == 0 ? random.NextInt64(3_590_000) : random.NextInt64(60_000)))).OrderBy(pair => pair.at)
                .Select(pair => pair.operation).ToList();
            Assert.Equal(inOrder, Run(delayed, restarts: shuffle * 60));
        }
    }

    // Bursts around the ends of hours, over five days: some operations become common meanwhile.
    private static List<RpcOperation> Draw(int seed)
    {
        var random = new Random(seed);
        var operations = new List<RpcOperation>();
        for (var day = 0; day < 5; day++)
        {
            for (var client = 0; client < NumHosts; client++)
            {
                foreach (var operation in (string[])["SamrEnumerateUsersInDomain", "LsarLookupSids"])
                    operations.Add(
                        Of(random, (24 * day) + 8 + (random.NextDouble() * 8), client, operation.StartsWith('S') ? "samr" : "lsarpc",
                        operation));
            }

            for (var burst = 0; burst < 12; burst++)
            {
                var (client, at) = (random.Next(NumHosts), (24 * day) + 8 + random.Next(8) + (random.NextDouble() / 20));
                for (var i = 0; i < 12; i++)
                {
                    var (onInterface, operation) = Calls[random.Next(Calls.Length)];
                    operations.Add(Of(random, at + (i / 1000.0) - 0.005, client, onInterface, operation));
                }
            }
        }

        return [.. operations.OrderBy(operation => operation.AtUnixMilliseconds)];
    }

    private static RpcOperation Of(Random random, double hours, int client, string onInterface, string operation) => Court.Call(
        hours, $"10.0.1.{client}", random.Next(3) > 0 ? Court.Controller : $"10.0.1.{random.Next(3)}", onInterface, operation, 445,
        $"C{random.Next(1_000)}");

    private static List<string> Run(List<RpcOperation> operations, int restarts)
    {
        var court = new Court(new JudgementOptions { Roles = [$"{Court.Controller}=domain-controller"] });
        for (var i = 0; i < operations.Count; i++)
        {
            court.Take(operations[i]);
            if (restarts > 0 && i % restarts == restarts - 1) court.Restart();
        }

        return [.. court.Complete().Findings.Values.Select(TwoDays.Describe)];
    }
}
