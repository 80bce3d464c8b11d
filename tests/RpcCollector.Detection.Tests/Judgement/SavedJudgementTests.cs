using System.Security.Cryptography;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

public sealed class SavedJudgementTests
{
    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Restarts_anywhere_in_the_middle_change_nothing(int seed)
    {
        var steps = TwoDays.Steps(seed);
        var random = new Random(seed);
        var whole = TwoDays.Run(steps);
        var restarts = 0;

        var restarted = TwoDays.Run(steps, between: (_, court) => random.Next(30) == 0 && ++restarts > 0 ? court.Restart() : court);

        Assert.InRange(restarts, 5, 100);
        Assert.Equal(whole, restarted);
    }

    [Fact]
    public void What_was_published_before_a_restart_is_not_published_again()
    {
        var court = new Court().Take(Court.Rpc(1, "10.0.1.5", "10.0.1.6")).AdvanceTo(1.01);
        var changes = court.NumChanges;

        court.Restart().AdvanceTo(1.02);

        Assert.Equal(changes, court.NumChanges);
        Assert.Single(court.Findings);
    }

    [Fact]
    public void Damage_anywhere_is_refused_and_leaves_the_judge_as_it_was()
    {
        var saved = Saved(FirstContactTests.Lived(1).Take(Court.Rpc(30, "10.0.1.5", "10.0.1.6")).AdvanceTo(30.1));
        var random = new Random(1);
        var judge = new Court().Take(Court.Rpc(1, "10.0.1.7", "10.0.1.8")).AdvanceTo(1.1);
        for (var i = 0; i < 300; i++)
        {
            var damaged = saved[..(i % 3 == 0 ? random.Next(saved.Length) : saved.Length)];
            if (i % 3 != 0) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            Assert.Throws<JudgeStateException>(() => judge.Judge.Load(new MemoryStream(damaged)));
        }

        judge.Complete();
        Assert.Equal(FindingKind.PeerToPeerRpc, Assert.Single(judge.Findings).Value.Kind);
        Assert.NotNull(judge.Judge.Host(HostAddress.Parse("10.0.1.7")));
    }

    [Fact]
    public void Length_that_is_none_is_damage_wherever_it_stands()
    {
        var saved = Saved(new Court().Take(Court.Rpc(30, "10.0.1.5", "10.0.1.6")).AdvanceTo(30.1));
        for (var place = 0; place < saved.Length - 5; place++)
        {
            var damaged = saved.ToArray();
            ReadOnlySpan<byte> minusOne = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F];
            minusOne.CopyTo(damaged.AsSpan(place));
            if (!damaged.AsSpan().SequenceEqual(saved))
                Assert.Throws<JudgeStateException>(() => new Court().Judge.Load(new MemoryStream(damaged)));
        }
    }

    [Fact]
    public void State_that_was_loaded_is_saved_as_it_was()
    {
        var saved = Saved(FirstContactTests.Lived(2).Take(Court.Rpc(54, "10.0.1.5", "10.0.1.6")).AdvanceTo(54.1));
        var other = new Court();
        other.Judge.Load(new MemoryStream(saved));

        Assert.Equal(saved.Length, Saved(other).Length);
    }

    [Fact]
    public void Every_finding_names_the_exporter_that_saw_it_in_a_process_that_numbers_them_otherwise()
    {
        var (first, second) = (HostAddress.Parse("192.0.2.1"), HostAddress.Parse("192.0.2.2"));
        var court = new Court();
        Assert.True(court.Exporters.TryGetId(second, out var two));
        court.Take(Court.Rpc(30, "10.0.1.5", "10.0.1.6"))
            .Take(Court.Rpc(30.01, "10.0.1.7", "10.0.1.8") with { Exporters = ExporterSet.Of(two) }).AdvanceTo(30.1);

        // In the other order, and with one between.
        var directory = new ExporterDirectory();
        foreach (var address in (HostAddress[])[second, HostAddress.Parse("192.0.2.9"), first])
            Assert.True(directory.TryGetId(address, out _));
        var findings = Revised(Saved(court), directory);

        Assert.Equal([first], ExportersOf(findings, "10.0.1.5", directory));
        Assert.Equal([second], ExportersOf(findings, "10.0.1.7", directory));
    }

    [Fact]
    public void Exporter_for_which_there_is_no_room_is_left_out()
    {
        var court = new Court().Take(Court.Rpc(30, "10.0.1.5", "10.0.1.6")).AdvanceTo(30.1);
        var full = new ExporterDirectory(capacity: 1);
        Assert.True(full.TryGetId(HostAddress.Parse("192.0.2.77"), out _));

        Assert.Empty(ExportersOf(Revised(Saved(court), full), "10.0.1.5", full));
    }

    [Fact]
    public void State_of_version_1_is_read_without_the_exporters_that_it_named_by_numbers()
    {
        var court = LivedTwoDays();
        var former = OfVersion1(OfVersion2());
        var directory = new ExporterDirectory();
        Assert.True(directory.TryGetId(HostAddress.Parse("192.0.2.77"), out _));

        var judge = new Judge(new JudgementOptions(), new NoFindings(), directory);
        Assert.Equal(0, judge.Load(new MemoryStream(former)));
        judge.AdvanceTo(Court.At(54.1));

        Assert.Equal(court.Judge.Hosts().Select(host => host.Address), judge.Hosts().Select(host => host.Address));
        Assert.Equal(EdgesOf(court.Judge), EdgesOf(judge));
        Assert.Empty(ExportersOf(Revised(former, directory), "10.0.1.5", directory));
        Assert.Equal(1, directory.Count);

        static IEnumerable<(HostAddress, EdgeService, long, int)> EdgesOf(Judge judge) =>
            judge.Edges(HostAddress.Parse(Court.Controller)).Select(edge => (edge.Client, edge.Service, edge.Flows, edge.Days));
    }

    [Fact]
    public void What_version_2_had_learned_earns_roles_at_once_and_its_findings_stand()
    {
        var sink = new Collected();
        var judge = new Judge(new JudgementOptions(), sink, new ExporterDirectory());
        judge.Load(new MemoryStream(Resource("state-of-version-2-after-seventeen-days")));
        judge.AdvanceTo(Court.At((17 * 24) + 12));

        Assert.Equal(HostRole.DomainController, judge.Host(HostAddress.Parse(Court.Controller))?.Role);
        Assert.Equal(HostRole.Server, judge.Host(HostAddress.Parse(Court.FileServer))?.Role);
        Assert.Equal(HostRole.Workstation, judge.Host(HostAddress.Parse(Court.ClientAt(3)))?.Role);

        // What comes too late raises the count of the finding that stands.
        judge.Take(
            new ActivityChange(ActivityChangeKind.Added, Court.Rpc((17 * 24) + 9.6, Court.ClientAt(3), Court.ClientAt(4))),
            Court.At((17 * 24) + 12));
        judge.AdvanceTo(Court.At((17 * 24) + 12.1));
        Assert.Equal(
            (FindingKind.PeerToPeerRpc, FindingSeverity.High, 2),
            sink.Findings.Select(finding => (finding.Kind, finding.Severity, finding.Count)).Distinct().Single());
    }

    [Fact]
    public void State_of_version_2_is_read_whole_and_its_findings_have_no_notes()
    {
        var court = LivedTwoDays();
        var directory = new ExporterDirectory();

        var judge = new Judge(new JudgementOptions(), new NoFindings(), directory);
        Assert.Equal(7, judge.Load(new MemoryStream(OfVersion2())));
        judge.AdvanceTo(Court.At(54.1));

        Assert.Equal(court.Judge.Hosts().Select(host => host.Address), judge.Hosts().Select(host => host.Address));
        var findings = Revised(OfVersion2(), directory);
        Assert.Equal([HostAddress.Parse("192.0.2.1")], ExportersOf(findings, "10.0.1.5", directory));
        Assert.All(findings, finding => Assert.Equal((0, 1), (finding.Notes.Count, finding.NumServers)));
    }

    [Theory]
    [InlineData("state-of-version-3")]
    [InlineData("state-of-version-4")]
    [InlineData("state-of-version-5")]
    public void State_of_former_versions_is_read_whole_as_of_hosts_that_had_one_machine_each_and_of_which_nobody_told_a_role(string former)
    {
        // Two days, a finding of the second, and the verdict that it is malicious.
        var court = LivedTwoDays().Take(Court.Rpc(54.12, "10.0.1.5", "10.0.1.6")).Complete();
        var sink = new Collected();
        var judge = new Judge(new JudgementOptions(), sink, new ExporterDirectory());
        Assert.Equal(7, judge.Load(new MemoryStream(Resource(former))));
        Assert.Empty(judge.ToldRoles);
        judge.Take(
            new ActivityChange(ActivityChangeKind.Added, Court.Rpc(54.12, "10.0.1.5", "10.0.1.6") with { Exporters = default }),
            Court.At(54.15));
        judge.Complete();

        Assert.Equal(
            court.Judge.Hosts().Select(host => (host.Address, host.Role)), judge.Hosts().Select(host => (host.Address, host.Role)));
        Assert.Equal(
            court.Judge.Edges(HostAddress.Parse(Court.Controller)).Select(edge => (edge.Client, edge.Service, edge.Flows, edge.Days)),
            judge.Edges(HostAddress.Parse(Court.Controller)).Select(edge => (edge.Client, edge.Service, edge.Flows, edge.Days)));
        var finding = sink.Findings.Last(finding => finding.Kind == FindingKind.PeerToPeerRpc);
        Assert.Equal(
            (FindingId.Of(finding.Kind, finding.Client, finding.Server), 0L, 2), (finding.Id, finding.ClientPeriod, finding.Count));
    }

    [Fact]
    public void After_an_upgrade_uploads_are_learned_first_and_none_is_told_as_news()
    {
        // The former version knew nothing of uploads, though it had learned for long enough.
        var options = new JudgementOptions { LearningPeriod = TimeSpan.FromDays(1) };
        var sink = new Collected();
        var judge = new Judge(options, sink, new ExporterDirectory());
        judge.Load(new MemoryStream(Resource("state-of-version-5")));
        for (var i = 0; i < 6; i++)
        {
            var upload = Court.Contact(54.5 + (0.05 * i), Court.ClientAt(i), Court.FileServer, 445) with
            {
                Traffic = Court.Answered with { ClientOctets = 400_000, ServerOctets = 9_000 },
                Exporters = default,
            };
            judge.Take(new ContactChange(ActivityChangeKind.Added, upload), Court.At(54.9));
        }

        judge.Complete();

        var told = sink.Findings.Where(finding => finding.Kind == FindingKind.LargeUpload).ToList();
        Assert.NotEmpty(told);
        Assert.All(told, finding => Assert.Equal(FindingSeverity.Low, finding.Severity));
    }

    [Theory]
    [InlineData(40, false)]
    [InlineData(41, true)]
    public void Bursts_of_version_6_are_what_the_pair_did_on_its_busiest_day(int number, bool isFound)
    {
        // Three days, in the evenings of which one client opened 12, 16 and 20 mapper flows of the controller within 10 s.
        var sink = new Collected();
        var judge = new Judge(new JudgementOptions(), sink, new ExporterDirectory());
        judge.Load(new MemoryStream(Resource("state-of-version-6")));
        for (var i = 0; i < number; i++)
        {
            var asked = Court.Rpc(
                82 + (i * 9.9 / number / 3_600), Court.ClientAt(2), Court.Controller, JoinBasis.MapperOnly, id: 9_000 + i);
            judge.Take(new ActivityChange(ActivityChangeKind.Added, asked with { Exporters = default }), Court.At(82.1));
        }

        judge.Complete();

        Assert.Equal(isFound, sink.Findings.Exists(finding => finding.Kind == FindingKind.MapperBurst));
        Assert.NotEmpty(judge.Hosts());
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Who_got_answers_shaped_like_replication_in_version_7_may_have_got_any(int client, bool isFound)
    {
        // Sixteen days, in which the controller's answers to client 2 had that shape twice.
        var sink = new Collected();
        var judge = new Judge(new JudgementOptions(), sink, new ExporterDirectory());
        judge.Load(new MemoryStream(Resource("state-of-version-7")));
        var whole = Court.Rpc(
            (24 * 16) + 9, Court.ClientAt(client), Court.Controller,
            traffic: Court.Answered with { ClientOctets = 30_000, ServerOctets = 1_500_000 });
        judge.Take(new ActivityChange(ActivityChangeKind.Added, whole with { Exporters = default }), Court.At((24 * 16) + 9.1));
        judge.Complete();

        Assert.Equal(isFound, sink.Findings.Exists(finding => finding.Kind == FindingKind.ReplicationToClient
            && finding.LastSeenUnixMilliseconds >= Court.At(24 * 16)));
        Assert.NotEmpty(judge.Hosts());
    }

    [Theory]
    [InlineData("10.0.7.7", false)]
    [InlineData("10.0.7.8", true)]
    public void Port_that_three_clients_used_in_version_8_is_shared_by_them(string server, bool isTold)
    {
        // Sixteen days, and a morning on which three clients used port 49802 of 10.0.7.7, and two of 10.0.7.8.
        var sink = new Collected();
        var judge = new Judge(new JudgementOptions(), sink, new ExporterDirectory());
        judge.Load(new MemoryStream(Resource("state-of-version-8")));
        var next = Court.Rpc((24 * 16) + 14.5, Court.ClientAt(5), server, endpointPort: 49_802) with { Exporters = default };
        judge.Take(new ActivityChange(ActivityChangeKind.Added, next), Court.At((24 * 16) + 14.6));
        judge.Complete();

        var finding = sink.Findings.FindLast(finding => finding.Kind == FindingKind.PeerToPeerRpc && finding.Client == next.Client
            && finding.Server == next.Server)!;
        Assert.Equal(isTold, finding.Severity.IsAtLeast(FindingSeverity.Medium));
    }

    [Fact]
    public void Position_that_was_told_is_kept_with_what_is_known_and_version_9_had_none()
    {
        var judge = LivedTwoDays().Judge;
        judge.Reach(new byte[] { 1, 2, 3 });
        using var saved = new MemoryStream();
        judge.Save(saved, offset: 7);

        var (again, former) = (Unknowing(), Unknowing());
        Assert.Equal(7, again.Load(new MemoryStream(saved.ToArray())));
        Assert.Equal(7, former.Load(new MemoryStream(OfVersion9(saved.ToArray(), numPosition: 3))));

        Assert.Equal([1, 2, 3], again.Position.ToArray());
        Assert.True(former.Position.IsEmpty);
        Assert.Equal(again.Counts.Edges, former.Counts.Edges);

        static Judge Unknowing() => new(new JudgementOptions(), new Collected(), new ExporterDirectory());
    }

    /// <summary>What version 9 wrote ended before the position.</summary>
    private static byte[] OfVersion9(byte[] saved, int numPosition) => Former(saved, 9, sizeof(int) + numPosition + 2 * sizeof(int));

    /// <summary>What a former version wrote, which ended earlier.</summary>
    internal static byte[] Former(byte[] saved, int version, int without)
    {
        const int VersionAt = 8;
        var content = saved[..^(SHA256.HashSizeInBytes + without)];
        BitConverter.TryWriteBytes(content.AsSpan(VersionAt), version);
        return [.. content, .. SHA256.HashData(content)];
    }

    private static Court LivedTwoDays() => FirstContactTests.Lived(2).Take(Court.Rpc(54, "10.0.1.5", "10.0.1.6")).AdvanceTo(54.1);

    /// <summary>The state of those two days as version 2 wrote it, after seven inputs.</summary>
    private static byte[] OfVersion2() => Resource("state-of-version-2");

    private static byte[] Resource(string name)
    {
        using var resource = typeof(SavedJudgementTests).Assembly.GetManifestResourceStream(name)!;
        var saved = new byte[resource.Length];
        resource.ReadExactly(saved);
        return saved;
    }

    /// <summary>
    /// What version 1 had instead of version 2: no offset, no list of exporters, nothing of what the clock was believed, and numbers of
    /// its process where places in the list are now.
    /// </summary>
    private static byte[] OfVersion1(byte[] saved)
    {
        const int Header = 12;
        var clocks = Header + sizeof(long) + sizeof(int) + (16 * BitConverter.ToInt32(saved, Header + sizeof(long)));
        var believed = clocks + sizeof(long) + (3 * sizeof(int));
        var rest = believed + sizeof(int) + 1 + saved[believed + sizeof(int)];
        byte[] former = [.. saved[..8], 1, 0, 0, 0, .. saved[clocks..believed], .. saved[rest..^32]];
        return [.. former, .. System.Security.Cryptography.SHA256.HashData(former)];
    }

    /// <summary>What a judge that goes on from a saved state says of its findings once another fact of each comes.</summary>
    private static List<Finding> Revised(byte[] saved, ExporterDirectory directory)
    {
        var sink = new Collected();
        var judge = new Judge(new JudgementOptions(), sink, directory);
        judge.Load(new MemoryStream(saved));
        foreach (var (client, server) in (ReadOnlySpan<(string, string)>)[("10.0.1.5", "10.0.1.6"), ("10.0.1.7", "10.0.1.8")])
            judge.Take(
                new ActivityChange(ActivityChangeKind.Added, Court.Rpc(54.12, client, server) with { Exporters = default }),
                Court.At(54.15));
        judge.Complete();
        return sink.Findings;
    }

    private static IEnumerable<HostAddress> ExportersOf(List<Finding> findings, string client, ExporterDirectory directory) => findings
        .Where(finding => finding.Client == HostAddress.Parse(client) && finding.Kind == FindingKind.PeerToPeerRpc).TakeLast(1)
        .SelectMany(finding => finding.Flows)
            .SelectMany(flow => Enumerable.Range(0, flow.Exporters.Count).Select(i => directory[flow.Exporters.IdAt(i)])).Distinct();

    private sealed class Collected : IFindingSink
    {
        public List<Finding> Findings { get; } = [];

        public void Publish(in FindingChange change) => Findings.Add(change.Finding);
    }

    private sealed class NoFindings : IFindingSink
    {
        public void Publish(in FindingChange change)
        {
        }
    }

    private static byte[] Saved(Court court)
    {
        var stream = new MemoryStream();
        court.Judge.Save(stream);
        return stream.ToArray();
    }
}
