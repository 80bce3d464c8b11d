namespace RpcCollector.Architecture.Tests;

public class ArrowTests
{
    /// <summary>From the top down: each may use those after it.</summary>
    private static readonly string[] Projects =
        ["RpcCollector.Lab", "RpcCollector", "RpcCollector.Detection", "RpcCollector.Flows", "RpcCollector.WireFormat"];

    public static TheoryData<string> All => [.. Projects];

    [Theory]
    [MemberData(nameof(All))]
    public void A_project_uses_only_those_below_it(string project)
    {
        var above = Projects.TakeWhile(name => name != project);

        Assert.DoesNotContain(UsesOf(project), use => above.Contains(use.To.Assembly));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Namespaces_of_a_project_do_not_need_each_other(string project)
    {
        var cycles = NamespaceCycles.Find(UsesOf(project), IsOwn);

        Assert.True(cycles.Count == 0, string.Join('\n', cycles));
    }

    [Fact]
    public void A_link_back_inside_a_method_body_is_found_and_named()
    {
        var uses = AssemblyUses.Read(typeof(Samples.Above).Assembly.Location);

        var cycle = Assert.Single(NamespaceCycles.Find(uses, name => name.Contains(".Samples", StringComparison.Ordinal)));

        Assert.Contains("Samples -> RpcCollector.Architecture.Tests.Samples.Below:\n    Above.Count uses Counter", cycle);
        Assert.Contains("Samples.Below -> RpcCollector.Architecture.Tests.Samples:\n    Counter.<Count>b__0_0 uses Above", cycle);
    }

    /// <summary>What source generators write stands in namespaces of others.</summary>
    private static bool IsOwn(string name) =>
        name.Length == 0
        || name.StartsWith("RpcCollector", StringComparison.Ordinal)
        || name.StartsWith("Kaitai", StringComparison.Ordinal);

    private static IReadOnlyCollection<Use> UsesOf(string project) =>
        AssemblyUses.Read(Path.Combine(AppContext.BaseDirectory, project + ".dll"));
}
