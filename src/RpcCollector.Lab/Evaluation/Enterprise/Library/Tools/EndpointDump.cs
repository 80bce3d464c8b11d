namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>rpcdump and its like: the endpoint mapper is asked for all that it knows, page by page.</summary>
/// <remarks>
/// After MS-RPCE (2.2.1.2, ept_lookup). Servers register some hundred endpoints: replies of 20 to 90 KB on one connection to port 135,
/// and nothing after it. Two public captures have 20 KB and more; what a page takes up is estimated.
/// </remarks>
internal sealed class EndpointDump : IAttackTool
{
    public string Name => "endpoint-dump";

    public string Technique => "T1046";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Any;

    public bool RunsCode => false;

    public void Write(FlowScript script)
    {
        var down = script.Target == TargetKind.Workstation ? 46_000 : 70_000;
        script.Mapper(up: down * 0.12, down: down, seconds: 2);
        if (!script.Random.Chance(0.2)) return;

        // Once more, with an account.
        script.Wait(30_000);
        script.Mapper(up: down * 0.14, down: down, seconds: 2);
    }
}
