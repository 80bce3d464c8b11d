using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using RpcCollector.Detection;
using RpcCollector.Detection.Operations;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Scale;
using RpcCollector.Scale.Names;
using RpcCollector.Tests.Store;
using RpcCollector.Vitals;
using RpcCollector.ZeekLogs;
using LogPlace = RpcCollector.ZeekLogs.LogPosition;
using Position = RpcCollector.Scale.LogPosition;

namespace RpcCollector.Tests.Scale;

/// <summary>What a sensor's logs tell besides flows, on its way to the judge.</summary>
public sealed class LogTellingTests : IDisposable
{
    // Of the year 2023; the first moment of an hour.
    private const long Hour = 472_223L * 3_600_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryStore _store = new();
    private readonly ExporterCatalog _catalog = new(new ExporterDirectory());
    private readonly ConcurrentQueue<byte[]> _messages = new();
    private Door _door = null!;
    private readonly List<FlowLogWriting> _writing = [];
    private readonly List<LogTelling> _telling = [];

    public void Dispose()
    {
        foreach (var telling in _telling) telling.Dispose();
        foreach (var writing in _writing) writing.Dispose();
        _store.Dispose();
    }

    [Fact]
    public async Task Operations_and_leases_reach_the_judge_in_their_order_and_the_position_is_kept_with_them()
    {
        var telling = await StartAsync();
        telling.Offer(Operation("one"), 5);
        telling.Offer(new AddressLease(HostAddress.Parse("10.0.0.1"), 7, 1, 2), 6);
        telling.Offer(Operation("two"), 7);

        telling.Keep([At(100)], static () => true);

        await UntilAsync(() => Kept() == 100 && _messages.Count == 1);
        Assert.Equal(["one", "lease", "two"], Judged());
        Assert.Equal("a/logs", Header(_messages.Single()).Source);
    }

    [Fact]
    public async Task Names_and_logons_reach_the_judges_book_once_and_the_latest_of_a_row()
    {
        var telling = await StartAsync();
        var (book, judges) = (new NameBook(new NameOptions()) { Others = telling }, new NameBook(new NameOptions()));
        var (client, server) = (HostAddress.Parse("10.0.0.1"), HostAddress.Parse("10.0.1.1"));
        book.LearnLease(client, 77, "pc-0412"u8, Hour, Hour + 9, isFresh: true);
        book.Learn(server, NameSource.Dns, "dc-01.corp.example"u8, Hour);
        book.Learn(server, NameSource.Dns, "dc-01.corp.example"u8, Hour + 10);
        book.Learn(server, NameSource.ReverseDns, "own.example"u8, Hour);
        for (var at = 0; at < 1_000; at++)
            book.LearnUser(client, server, NameSource.Kerberos, "alice@CORP"u8, true, "fs-02"u8, Hour + at);
        telling.Keep([At(100)], static () => true);
        await UntilAsync(() => Kept() == 100 && _messages.Count == 1);

        var heard = new HeardNames(judges);
        for (var time = 0; time < 2; time++) Assert.Equal((2, 1), Hear(heard));

        Assert.Equal(0, heard.Refused);
        Assert.Equal("pc-0412", judges.Find(client, Hour)?.Name);
        Assert.Equal("dc-01.corp.example", judges.Find(server, Hour)?.Name);
        Assert.Equal(book.History(client).Select(Plain), judges.History(client).Select(Plain));
        var users = judges.UsersOf(client, server, Hour, Hour + 999);
        Assert.Equal(book.UsersOf(client, server, Hour, Hour + 999), users);
        Assert.Equal(("alice@CORP", Hour + 999, "fs-02"), (users[0].User, users[0].AtUnixMilliseconds, users[0].Target));
    }

    [Fact]
    public void Names_that_can_be_none_are_counted_and_left_out_and_those_beside_them_are_taken()
    {
        var book = new NameBook(new NameOptions());
        var heard = new HeardNames(book);
        var bad = new ToldNames
        {
            Version = 1,
            Names =
            [
                new("10.0.0.1", NameSource.Dns, "good.example", 0, Hour, 0, false),
                new("10.0.0.2", NameSource.File, "as-told.example", 0, Hour, 0, false),
                new("10.0.0.2", (NameSource)99, "x.example", 0, Hour, 0, false),
                new("10.0.0.2", NameSource.Dns, "<script>", 0, Hour, 0, false),
                new("10.0.0.2", NameSource.Dns, "x.example", 0, -1, 0, false),
                new("10.0.0.2", NameSource.Dns, "x.example", 0, long.MaxValue, 0, false),
                new("10.0.0.2", NameSource.Dhcp, null, 0, Hour, 0, false),
                new("224.0.0.1", NameSource.Dns, "x.example", 0, Hour, 0, false),
                new("10.0.0.300", NameSource.Dns, "x.example", 0, Hour, 0, false),
            ],
            Logons =
            [
                new("10.0.0.2", "10.0.0.2", NameSource.Ntlm, "alice", true, null, Hour, Hour),
                new("10.0.0.2", "10.0.0.1", NameSource.Ntlm, "\u0001", true, null, Hour, Hour),
                new("10.0.0.2", "10.0.0.1", NameSource.Ntlm, "alice", true, null, Hour, Hour - 1),
                new("10.0.0.2", "10.0.0.1", NameSource.Ntlm, "alice", true, null, Hour, Hour + Hour),
                new("10.0.0.2", "10.0.0.1", NameSource.Ntlm, "bob", true, null, Hour, Hour),
                new("10.0.0.3@oslo", "10.0.0.1@oslo", NameSource.Ntlm, "eve", true, null, Hour, Hour),
            ],
        };

        Assert.True(heard.Take(OfLogs("a/logs"), ToldNames.Topic, bad.Write()));
        Assert.True(heard.Take(OfLogs("a/logs"), ToldNames.Topic, """{"version":1,"names":[null],"logons":[null]}"""u8));

        Assert.Equal(8 + 4 + 2, heard.Refused);
        Assert.Equal([HostAddress.Parse("10.0.0.1")], book.Named);
        Assert.Equal("eve", Assert.Single(book.UsersOf(HostAddress.Parse("10.0.0.3@oslo"), null, 0, long.MaxValue)).User);
        Assert.Equal("bob", Assert.Single(book.UsersOf(HostAddress.Parse("10.0.0.2"), null, 0, long.MaxValue)).User);
    }

    [Fact]
    public void What_is_not_of_the_form_or_of_no_sensors_logs_is_not_taken()
    {
        var heard = new HeardNames(new NameBook(new NameOptions()));
        var empty = new ToldNames { Version = 1 }.Write();
        Assert.True(heard.Take(OfLogs("a/logs"), ToldNames.Topic, empty));
        Assert.False(heard.Take(OfLogs("a"), ToldNames.Topic, empty));
        Assert.False(heard.Take(OfLogs("a/logs") with { Partition = 3 }, ToldNames.Topic, empty));
        Assert.False(heard.Take(OfLogs("a/logs"), "sensor-report", empty));
        foreach (var text in (string[])["", "[]", "{}", """{"version":2}""", """{"version":1,"names":null}""",
            """{"version":1,"names":[{"address":7}]}"""])
            Assert.False(heard.Take(OfLogs("a/logs"), ToldNames.Topic, System.Text.Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public async Task Names_of_many_hosts_go_in_as_many_deeds_as_they_need()
    {
        var telling = await StartAsync();
        var (book, judges) = (new NameBook(new NameOptions()) { Others = telling }, new NameBook(new NameOptions()));
        for (var host = 0; host < 5_000; host++)
        {
            var address = HostAddress.FromIPv4(0x0A00_0001 + (uint)host);
            book.Learn(address, NameSource.Dns, System.Text.Encoding.UTF8.GetBytes($"a-name-of-some-length-{host}.corp.example"), Hour);
            book.LearnUser(address, HostAddress.Parse("10.9.0.1"), NameSource.Ntlm, "CORP\\alice"u8, null, default, Hour);
        }

        telling.Keep([At(100)], static () => true);
        await UntilAsync(() => Kept() == 100 && _messages.Count > 1);

        await UntilAsync(() => Hear(new HeardNames(judges)) == (5_000, 5_000));
        Assert.Equal((5_000, 5_000), (judges.Count, judges.NumLogons));
    }

    [Fact]
    public async Task Nothing_is_kept_or_sent_before_the_flows_that_stand_before_it_are_taken()
    {
        var haveTaken = false;
        var telling = await StartAsync();
        telling.Offer(Operation("one"), 5);
        telling.Keep([At(100)], () => Volatile.Read(ref haveTaken));

        // What comes meanwhile waits for the next.
        telling.Offer(Operation("two"), 6);
        telling.Keep([At(200)], static () => true);
        Assert.Equal((0, 0L), (_messages.Count, Kept()));
        Volatile.Write(ref haveTaken, true);

        await UntilAsync(() => Kept() == 100 && _messages.Count == 1);
        Assert.Equal(["one"], Judged());
        telling.Keep([At(200)], static () => true);
        await UntilAsync(() => Kept() == 200 && _messages.Count == 2);
        Assert.Equal(["one", "two"], Judged());
    }

    [Fact]
    public async Task Sensor_that_is_killed_before_the_broker_confirmed_sends_it_again_and_the_judge_takes_it_once()
    {
        var killed = await StartAsync();
        _door.Confirms = false;
        killed.Offer(Operation("one"), 5);
        killed.Keep([At(100)], static () => true);
        await UntilAsync(() => !_messages.IsEmpty);
        killed.Offer(Operation("two"), 6);
        _door.IsShut = true;

        var again = await StartAsync();
        Assert.Equal(100, Assert.Single(again.Load()).Octets);
        again.Offer(Operation("two"), 7);
        again.Keep([At(200)], static () => true);

        await UntilAsync(() => Kept() == 200 && Judged().Contains("two"));
        Assert.Equal(["one", "two"], Judged());
        Assert.True(_messages.Count > 2, "what the broker had taken already was sent once more");
    }

    [Fact]
    public async Task While_the_broker_is_away_no_more_is_read_than_has_room()
    {
        var telling = await StartAsync();
        telling.Keep([At(1)], static () => false);
        Assert.True(telling.HasRoom);

        var number = 0;
        while (telling.HasRoom) telling.Offer(Operation($"{number++}"), number);

        Assert.InRange(number, 10_000, 1_000_000);
        telling.Offer(Operation("last"), number);
        Assert.False(telling.HasRoom);
    }

    [Fact]
    public async Task Planned_end_keeps_and_sends_what_was_read_last()
    {
        var telling = await StartAsync();
        telling.Offer(Operation("one"), 5);
        telling.Keep([At(100)], static () => false);
        telling.Offer(Operation("two"), 6);
        telling.Keep([At(200)], static () => false);

        await telling.StopAsync(CancellationToken.None);

        Assert.Equal(200, Kept());
        Assert.Equal(["one", "two"], Judged());
    }

    private static LogPlace At(long octets) => new("/logs/dce_rpc.log", [1, 2], octets);

    private static RpcOperation Operation(string name) => new()
    {
        AtUnixMilliseconds = 1_000,
        Client = HostAddress.Parse("10.0.0.1"),
        Server = HostAddress.Parse("10.0.0.2"),
        ClientPort = 50_000,
        ServerPort = 135,
        Uid = "C1",
        Interface = "epmapper",
        Operation = name,
    };

    private static ActHeader Header(ReadOnlyMemory<byte> message)
    {
        Assert.True(new ActMessageReader(new ExporterDirectory()).TryRead(message, out var header));
        return header;
    }

    private static Task UntilAsync(Func<bool> condition) =>
        Task.Run(() => Assert.True(SpinWait.SpinUntil(condition, Patience), "it did not come to pass"));

    /// <summary>What a judge takes of the log, each message once.</summary>
    private List<string> Judged()
    {
        var (position, reader, taken) = (new Position(), new ActMessageReader(new ExporterDirectory()), new List<string>());
        foreach (var message in _messages)
        {
            Assert.True(reader.TryRead(message, out var header));
            if (position.Accept(header) != LogOrder.Next) continue;
            while (reader.Read()) taken.Add(reader.Kind == ActChangeKind.Lease ? "lease" : reader.Operation.Operation!);
        }

        return taken;
    }

    private static NamePeriod Plain(NamePeriod period) => period with { Id = 0 };

    private static ActHeader OfLogs(string source) => new() { Partition = ActHeader.NoPartition, Source = source };

    /// <summary>Takes all that was sent.</summary>
    /// <returns>How many names and logons it holds.</returns>
    private (int Names, int Logons) Hear(HeardNames heard)
    {
        var (reader, names, logons) = (new ActMessageReader(new ExporterDirectory()), 0, 0);
        foreach (var message in _messages)
        {
            Assert.True(reader.TryRead(message, out var header));
            while (reader.Read())
            {
                Assert.True(heard.Take(header, reader.Topic!, reader.Content.Span));
                var told = ToldNames.Read(reader.Content.Span)!;
                (names, logons) = (names + told.Names.Count, logons + told.Logons.Count);
            }
        }

        return (names, logons);
    }

    private long Kept() => new LogPositionRows(_store.State).Load().Select(row => row.Octets).SingleOrDefault();

    private async Task<LogTelling> StartAsync()
    {
        var (options, time, heartbeats) = (new ScaleOptions { Name = "a" }, TimeProvider.System, new Heartbeats());
        _door = new Door(_messages);
        var stop = new StopDeadline(NullLogger.Instance);
        var writing = new FlowLogWriting(
            options, _door, _catalog, new ArrivalClock(time), new LogGauges(options.Partitions), heartbeats, time, stop,
            NullLogger<FlowLogWriting>.Instance);
        _writing.Add(writing);
        var telling = new LogTelling(
            options, _door, writing, _catalog, () => _store.State, heartbeats, time, stop, NullLogger<LogTelling>.Instance);
        _telling.Add(telling);
        await telling.StartAsync(TestContext.Current.CancellationToken);
        return telling;
    }

    /// <summary>One process's way to the log, which may be shut, or take what comes without saying so.</summary>
    private sealed class Door(ConcurrentQueue<byte[]> messages)
        : PassingLog(new MemoryFlowLog(16, static () => 1_000, TimeProvider.System, TimeSpan.FromSeconds(10)))
    {
        public bool Confirms { get; set; } = true;

        public bool IsShut { get; set; }

        public override async Task AppendAsync(LogSubject to, ReadOnlyMemory<byte> message, CancellationToken stopping)
        {
            if (IsShut) throw new FlowLogException("it is shut");
            await Log.AppendAsync(to, message, stopping);
            messages.Enqueue(message.ToArray());
            if (!Confirms) throw new FlowLogException("it was not confirmed");
        }
    }
}
