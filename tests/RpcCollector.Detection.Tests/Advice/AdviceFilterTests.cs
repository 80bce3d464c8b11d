using System.Text.RegularExpressions;
using RpcCollector.Detection.Advice;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Advice;

public sealed partial class AdviceFilterTests
{
    private const string Sysmon = "Microsoft-Windows-Sysmon/Operational";

    private static readonly long At = new DateTimeOffset(2026, 11, 26, 8, 2, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public static TheoryData<FindingKind> Kinds => [.. Enum.GetValues<FindingKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_kind_has_a_filter_for_every_tool_and_for_every_host_on_which_to_look(FindingKind kind)
    {
        var advice = FindingAdvice.For(Subject(kind));

        Assert.Equal(Enum.GetValues<AdviceTool>(), advice.Filters.Select(filter => filter.Tool).Distinct().Order());
        Assert.Equal(
            advice.Kind.Events.Select(lead => lead.On).Distinct().Order(),
            advice.Filters.Where(filter => filter.Tool == AdviceTool.PowerShell).Select(filter => filter.Place!.Host));
        Assert.InRange(advice.Filters.Count, 9, 7 + (3 * 4));
        Assert.All(advice.Filters, filter => Assert.InRange(filter.Text.Length, 20, 4_000));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Filters_name_hosts_of_a_site_as_they_are_there(FindingKind kind)
    {
        var (client, server) = (HostAddress.Parse("10.20.1.15"), HostAddress.Parse("10.1.2.3"));
        var flow = new AdviceFlow(client, 50_000, server, 135);
        var plain = Subject(kind) with { Client = client, Server = server, Flows = [flow] };
        var (clientThere, serverThere) = (HostAddress.Parse("10.20.1.15@site-a"), HostAddress.Parse("10.1.2.3@site-a"));
        var ofSite = plain with { Client = clientThere, Server = serverThere, Flows = [new(clientThere, 50_000, serverThere, 135)] };

        Assert.Equal(
            FindingAdvice.For(plain).Filters.Select(filter => filter.Text),
            FindingAdvice.For(ofSite).Filters.Select(filter => filter.Text));
    }

    [Theory]
    [InlineData("10.20.1.15", "10.1.2.3")]
    [InlineData("2001:db8::15", "2001:db8:1::3")]
    public void A_filter_names_both_hosts_and_the_minutes_from_two_before_to_five_after(string client, string server)
    {
        var subject = Subject(FindingKind.RemoteService) with
        {
            Client = HostAddress.Parse(client),
            Server = HostAddress.Parse(server),
            LastSeenUnixMilliseconds = At + 61_000,
        };
        var (from, until) = ((At / 1000) - 120, (At / 1000) + 360 + 60);

        var texts = FindingAdvice.For(subject).Filters.ToLookup(filter => filter.Tool, filter => filter.Text);

        var layer = client.Contains(':', StringComparison.Ordinal) ? "ipv6" : "ip";
        var packets = $"{layer}.addr == {client} && {layer}.addr == {server} && frame.time_epoch >= {from} && frame.time_epoch < {until}";
        Assert.Equal(
            [packets, $"{packets} && (svcctl || dcerpc.cn_bind_to_uuid == 367abb81-9844-35f1-ad32-98f038001003)"],
            texts[AdviceTool.Wireshark]);
        Assert.Equal(
            $$"""
            $minutes = @{ StartTime = [datetime]'2026-11-26T08:00:00Z'; EndTime = [datetime]'2026-11-26T08:09:00Z' }
            $machines = '{{server}}'
            foreach ($machine in $machines) {
              Get-WinEvent -ComputerName $machine -FilterHashtable (@{ LogName = 'System'; Id = 7036, 7040, 7045 } + $minutes)
              Get-WinEvent -ComputerName $machine -FilterHashtable (@{ LogName = 'Security'; Id = 4624, 4688, 4697, 5145 } + $minutes)
              Get-WinEvent -ComputerName $machine -FilterHashtable (@{ LogName = '{{Sysmon}}'; Id = 13, 17 } + $minutes)
            }
            """,
            Assert.Single(texts[AdviceTool.PowerShell]));
        Assert.StartsWith(
            "@timestamp >= \"2026-11-26T08:00:00Z\" and @timestamp < \"2026-11-26T08:09:00Z\" and "
                + $"((source.ip : \"{client}\" and destination.ip : \"{server}\") or network.community_id : (\"1:",
            Assert.Single(texts[AdviceTool.KibanaFlows]), StringComparison.Ordinal);
        Assert.StartsWith(
            $"index=* earliest={from} latest={until} src=\"{client}\" dest=\"{server}\" |", Assert.Single(texts[AdviceTool.SplunkFlows]),
            StringComparison.Ordinal);
        Assert.Contains(
            $" and host.ip : (\"{server}\") and ((winlog.channel : \"System\" and event.code : (\"7036\" or \"7040\" or \"7045\")) or ",
            Assert.Single(texts[AdviceTool.KibanaEvents]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_finding_about_the_client_alone_is_filtered_by_ports_and_looks_on_the_servers_that_its_flows_name()
    {
        var advice = FindingAdvice.For(Subject(FindingKind.RpcSweep) with { Server = null, NumServers = 40 });

        Assert.StartsWith(
            "ip.addr == 10.20.1.15 && tcp.port in {135, 139, 445, 593, 5985, 5986, 49667} && ", advice.Filters[0].Text,
            StringComparison.Ordinal);
        var servers = Assert.Single(
            advice.Filters, filter => filter is { Tool: AdviceTool.PowerShell, Place.Host: AdviceHost.Server });
        Assert.Equal("the 40 servers", servers.Place!.InWords);
        Assert.Contains("$machines = '10.1.2.3'\n", servers.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_begins_to_serve_is_filtered_as_the_one_that_is_called()
    {
        var advice = FindingAdvice.For(Subject(FindingKind.WorkstationServes) with { Server = null });

        Assert.StartsWith("ip.addr == 10.20.1.15 && tcp.port in {88, 389, 445} && ", advice.Filters[0].Text, StringComparison.Ordinal);
        Assert.Contains(
            "destination.ip : \"10.20.1.15\"", advice.Filters.Single(filter => filter.Tool == AdviceTool.KibanaFlows).Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(30, true)]
    public void A_finding_that_was_seen_for_days_says_where_to_begin(int days, bool isLong)
    {
        var subject = Subject(FindingKind.RemoteTask) with { LastSeenUnixMilliseconds = At + ((days - 1) * 86_400_000L) };
        var filter = FindingAdvice.For(subject).Filters.First(filter => filter.Tool == AdviceTool.PowerShell);

        Assert.Equal(isLong, filter.Note.Contains("begin with the hour of the first flow", StringComparison.Ordinal));
    }

    [Fact]
    public void A_plain_host_name_stands_in_the_filters_that_know_hosts_by_name()
    {
        var advice = FindingAdvice.For(Subject(FindingKind.RemoteService) with { ServerName = "PC-0377.corp.example" });

        Assert.Contains(advice.Filters, filter => filter.Text.Contains("$machines = 'PC-0377.corp.example'\n", StringComparison.Ordinal));
        Assert.Contains(advice.Filters, filter => filter.Text.Contains(" host=\"PC-0377.corp.example\" (", StringComparison.Ordinal));
        Assert.Contains(
            advice.Filters, filter => filter.Text.Contains("or host.name : \"PC-0377.corp.example\")", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("x'; Remove-Item C:\\ -Recurse; '")]
    [InlineData("\" OR index=* | delete")]
    [InlineData("$(calc)")]
    [InlineData("`id`")]
    [InlineData("-ComputerName")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("\u202egnp.exe")]
    [InlineData("pc*")]
    [InlineData("")]
    public void A_hostile_name_is_in_no_filter_whatever_the_kind(string name)
    {
        Assert.Null(HostLabel.OrNull(name));
        foreach (var kind in Enum.GetValues<FindingKind>())
        {
            var plain = FindingAdvice.For(Subject(kind));
            var named = FindingAdvice.For(Subject(kind) with
            {
                ClientName = name,
                ServerName = name,
                Operations = [name, $"svcctl::{name}", $"{name}::CreateServiceW"],
            });

            Assert.Equal(plain.Filters.Select(filter => filter.Text), named.Filters.Select(filter => filter.Text));
            Assert.Equal(plain.Filters.Select(filter => filter.Note), named.Filters.Select(filter => filter.Note));
            Assert.Equal(plain.NextStep, named.NextStep);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_stands_between_quotes_or_behind_a_comparison_is_an_address_a_number_or_a_word_of_the_table(FindingKind kind)
    {
        var subject = Subject(kind) with { ServerName = "pc-7" };
        var known = KindAdvice.All.SelectMany(row => row.Events).Select(lead => lead.Event.Log).ToHashSet(StringComparer.Ordinal);
        foreach (var filter in FindingAdvice.For(subject).Filters.Where(filter => filter.Tool is AdviceTool.KibanaEvents
            or AdviceTool.KibanaFlows or AdviceTool.SplunkEvents or AdviceTool.SplunkFlows))
        {
            foreach (Match match in Quoted().Matches(filter.Text))
            {
                var value = match.Groups[1].Value.Replace("*WinEventLog:", "", StringComparison.Ordinal);
                Assert.True(
                    HostAddress.TryParse(value, out _) || int.TryParse(value, out _) || known.Contains(value) || value == "pc-7"
                    || value.StartsWith("1:", StringComparison.Ordinal) || DateTimeOffset.TryParse(value, out _),
                    $"{filter.Tool}: {value}");
            }

            Assert.Equal(0, filter.Text.Count(character => character == '"') % 2);
            Assert.Equal(filter.Text.Count(character => character == '('), filter.Text.Count(character => character == ')'));
        }
    }

    [Fact]
    public void More_flows_than_a_finding_has_make_no_longer_filters()
    {
        var flows = Enumerable.Range(1, 10_000)
            .Select(i => new AdviceFlow(HostAddress.Parse("10.20.1.15"), (ushort)i, HostAddress.FromIPv4((uint)i), (ushort)(i + 1)));
        var advice = FindingAdvice.For(Subject(FindingKind.RpcSweep) with { Server = null, Flows = [.. flows] });

        Assert.All(advice.Filters, filter => Assert.InRange(filter.Text.Length, 20, 4_000));
    }

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Quoted();

    private static AdviceSubject Subject(FindingKind kind)
    {
        var (client, server) = (HostAddress.Parse("10.20.1.15"), HostAddress.Parse("10.1.2.3"));
        return new AdviceSubject
        {
            Kind = kind,
            Client = client,
            Server = server,
            FirstSeenUnixMilliseconds = At,
            LastSeenUnixMilliseconds = At,
            Flows = [new AdviceFlow(client, 50_001, server, 49_667)],
        };
    }
}
