using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation;
using RpcCollector.Lab.Evaluation.Enterprise.Library;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Tests.Evaluation.Library;

public class AttackLibraryTests
{
    private const ulong Seeds = 60;

    public static TheoryData<string> Tools => [.. AttackLibrary.Tools.Select(tool => tool.Name)];

    [Fact]
    public void Tools_are_unique_by_name_and_ordered_by_type()
    {
        Assert.Equal(AttackLibrary.Tools.Count, AttackLibrary.Tools.Select(tool => tool.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(
            AttackLibrary.Tools.Select(tool => tool.GetType().Name).Order(StringComparer.OrdinalIgnoreCase),
            AttackLibrary.Tools.Select(tool => tool.GetType().Name));
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public void Every_tool_has_its_row_in_the_documentation(string tool)
    {
        var row = File.ReadLines(Path.Combine(RepositoryRoot(), "docs", "detection.md"))
            .Single(line => line.StartsWith($"| `{tool}` |", StringComparison.Ordinal));

        Assert.All(Named(tool).Technique.Split('/').Take(1), technique => Assert.Contains(technique, row, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public void Same_seed_gives_the_same_flows_and_another_seed_others(string tool)
    {
        var target = Named(tool).Targets[0];

        Assert.Equal(Write(tool, target, 1), Write(tool, target, 1));
        Assert.NotEqual(Write(tool, target, 1), Write(tool, target, 2));
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public void Flows_begin_in_order_and_carry_what_their_outcome_says(string tool)
    {
        foreach (var flows in Runs(tool))
        {
            Assert.NotEmpty(flows);
            Assert.Equal(flows.Select(flow => flow.At).Order(), flows.Select(flow => flow.At));
            Assert.All(flows, flow => Assert.True(flow.Up > 0 && flow.End > flow.At));
            Assert.All(flows, flow => Assert.Equal(flow.Outcome != FlowEnd.Silent, flow.Down > 0));
            Assert.All(flows, flow => Assert.NotEqual(flow.From, flow.To));
        }
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public void Endpoint_connection_follows_its_mapper_connection_within_two_seconds(string tool)
    {
        foreach (var flow in Runs(tool).SelectMany(flows => flows).Where(flow => flow.Basis == JoinBasis.Car))
        {
            Assert.InRange(flow.EndpointDelay, 1, 1_999);
            Assert.True(flow.MapperDuration > flow.EndpointDelay);
        }
    }

    // Which ports and whose processes each tool asks at the victim: SMB is 445 or 139.
    [Theory]
    [InlineData("psexec", "smb", nameof(RpcService.ServiceControl))]
    [InlineData("impacket-psexec", "smb")]
    [InlineData("wmiexec", "smb", nameof(RpcService.Wmi))]
    [InlineData("smbexec", "smb")]
    [InlineData("atexec", "smb")]
    [InlineData("dcomexec", "smb", nameof(RpcService.Activation))]
    [InlineData("schtasks", "", nameof(RpcService.Tasks))]
    [InlineData("sc", "smb", nameof(RpcService.ServiceControl))]
    [InlineData("mmc20", "", nameof(RpcService.Activation))]
    [InlineData("powershell-remoting", "winrm")]
    [InlineData("wmi-event-subscription", "", nameof(RpcService.Wmi))]
    [InlineData("dcsync-account", "kerberos", nameof(RpcService.SecurityAuthority))]
    [InlineData("dcsync-directory", "smb", nameof(RpcService.SecurityAuthority))]
    [InlineData("dcshadow", "ldap", nameof(RpcService.SecurityAuthority))]
    [InlineData("zerologon", "", nameof(RpcService.SecurityAuthority))]
    [InlineData("printnightmare", "smb", nameof(RpcService.Spooler))]
    [InlineData("petitpotam", "smb", nameof(RpcService.SecurityAuthority))]
    [InlineData("printerbug", "smb", nameof(RpcService.Spooler))]
    [InlineData("dfscoerce", "smb")]
    [InlineData("shadowcoerce", "smb")]
    [InlineData("bloodhound", "smb ldap", nameof(RpcService.SecurityAuthority))]
    [InlineData("smb-sweep", "smb")]
    [InlineData("dpapi-backup-key", "smb", nameof(RpcService.SecurityAuthority))]
    [InlineData("secretsdump", "smb", nameof(RpcService.ServiceControl))]
    [InlineData("endpoint-dump", "mapper")]
    public void Tool_asks_those_ports_and_processes_and_no_others(string tool, string ports, string? process = null)
    {
        var sent = Runs(tool).SelectMany(flows => flows).Where(flow => flow.From == Party.Attacker).ToList();

        Assert.Equal(
            ports.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            sent.Where(flow => flow.IsContact || flow.Basis == JoinBasis.MapperOnly).Select(Family).Distinct()
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            process is { } one ? [one] : [],
            sent.Where(flow => flow.Basis is JoinBasis.Car or JoinBasis.KnownEndpoint).Select(flow => $"{flow.Service}").Distinct());

        static string Family(AttackFlow flow) => flow.Port switch
        {
            WellKnownPort.Smb or WellKnownPort.NetBiosSession => "smb",
            WellKnownPort.WinRmHttp or WellKnownPort.WinRmHttps => "winrm",
            WellKnownPort.Ldap => "ldap",
            WellKnownPort.Kerberos => "kerberos",
            0 => "mapper",
            var other => $"{other}",
        };
    }

    [Theory]
    [InlineData("psexec", 70_000, 1_400_000)]
    [InlineData("impacket-psexec", 39_000, 160_000)]
    [InlineData("wmi-event-subscription", 17_000, 110_000)]
    [InlineData("atexec", 7_000, 28_000)]
    public void Largest_upload_of_a_tool_is_within_what_it_carries(string tool, int least, int most) =>
        Assert.All(Runs(tool), flows => Assert.InRange((double)flows.Max(flow => flow.Up), least, most));

    [Theory]
    [InlineData("dcsync-account", 3_900, 36_000)]
    [InlineData("dcsync-directory", 400_000, 16_000_000)]
    [InlineData("secretsdump", 65_000, 440_000)]
    [InlineData("endpoint-dump", 20_000, 150_000)]
    public void Largest_download_of_a_tool_is_within_what_it_fetches(string tool, int least, int most) =>
        Assert.All(Runs(tool), flows => Assert.InRange((double)flows.Max(flow => flow.Down), least, most));

    [Theory]
    [InlineData("petitpotam")]
    [InlineData("printerbug")]
    [InlineData("dfscoerce")]
    [InlineData("shadowcoerce")]
    [InlineData("dcshadow")]
    public void Coerced_machine_contacts_attacker_or_relay_9_to_44_ms_after_the_call(string tool)
    {
        foreach (var flows in Runs(tool))
        {
            var first = flows.Index().First(entry => entry.Item.From == Party.Victim);
            var call = flows[first.Index - 1];

            Assert.NotEqual(Party.Victim, first.Item.To);
            Assert.InRange(first.Item.At - call.At - call.EndpointDelay, 9, 44);
        }
    }

    [Fact]
    public void Coercion_sends_some_to_the_attacker_and_some_to_a_relay_over_smb_http_and_rpc()
    {
        var returns = Runs("printerbug").SelectMany(flows => flows).Where(flow => flow.From == Party.Victim).ToList();

        Assert.Equal([Party.Attacker, Party.Relay], returns.Select(flow => flow.To).Distinct().Order());
        Assert.Equal([0, 80, 445], returns.Select(flow => (int)flow.Port).Distinct().Order());
    }

    [Fact]
    public void Service_control_that_a_firewall_drops_is_followed_by_smb_after_21_seconds()
    {
        var runs = Runs("sc").Where(flows => flows.Any(flow => flow.Outcome == FlowEnd.Silent)).ToList();

        Assert.NotEmpty(runs);
        foreach (var flows in runs)
        {
            var silent = flows.First(flow => flow.Outcome == FlowEnd.Silent);
            Assert.Contains(flows, flow => flow.Port is WellKnownPort.Smb or WellKnownPort.NetBiosSession
                && flow.At - silent.At is > 20_800 and < 22_000);
        }
    }

    [Fact]
    public void Port_is_known_without_a_mapper_flow_only_where_it_was_asked_for_or_everybody_uses_it()
    {
        foreach (var tool in AttackLibrary.Tools)
        {
            foreach (var flows in Runs(tool.Name))
            {
                foreach (var (index, flow) in flows.Index().Where(entry => entry.Item.Basis == JoinBasis.KnownEndpoint))
                {
                    Assert.True(flow.Service is RpcService.SecurityAuthority or RpcService.Spooler
                        || flows.Take(index).Any(earlier => earlier.Service == flow.Service && earlier.Basis == JoinBasis.Car));
                }
            }
        }
    }

    [Fact]
    public void Zerologon_tries_some_hundred_times_on_one_connection_or_on_as_many()
    {
        var runs = Runs("zerologon").ToList();

        Assert.Contains(runs, flows => flows.Count == 1);
        Assert.Contains(runs, flows => flows.Count > 100);
        Assert.All(runs, flows => Assert.InRange(flows.Count, 1, 2_000));
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "RpcCollector.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    private static IAttackTool Named(string name) => AttackLibrary.Tools.Single(tool => tool.Name.Equals(name, StringComparison.Ordinal));

    private static IEnumerable<IReadOnlyList<AttackFlow>> Runs(string name)
    {
        foreach (var target in Named(name).Targets)
            for (var seed = 1UL; seed <= Seeds; seed++) yield return Write(name, target, seed);
    }

    private static IReadOnlyList<AttackFlow> Write(string name, TargetKind target, ulong seed)
    {
        var script = new FlowScript(SeededRandom.Of(seed, name), target);
        Named(name).Write(script);
        return script.Flows;
    }
}
