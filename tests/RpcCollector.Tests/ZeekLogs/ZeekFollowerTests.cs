using Microsoft.Extensions.Logging.Abstractions;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Tests.Captures;
using RpcCollector.Tests.Store;
using RpcCollector.Tests.Transport;
using RpcCollector.Vitals;
using RpcCollector.ZeekLogs;

namespace RpcCollector.Tests.ZeekLogs;

public sealed class ZeekFollowerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryStore _store = new();
    private readonly CollectorOptions _options = new();

    public ZeekFollowerTests()
    {
        _options.Zeek.Folders = [Path.Combine(_folder.Path, "first"), $"192.0.2.7={Path.Combine(_folder.Path, "second")}"];
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Real_logs_of_two_sensors_written_piece_by_piece_over_a_rotation_and_a_restart_are_used_once()
    {
        var source = ZeekShared.Apt29();
        using var hops = new ListenerHops();
        var counters = new HopCounters();
        var operations = new ZeekCollected();
        var written = 0L;

        using (var follower = Start(hops, counters, operations))
        {
            written += Copy(source, part: 0);
            ListenerHops.Await(() => counters.Received(Hop.ZeekLine) == written);
            Rotate();
            written += Copy(source, part: 1);
            ListenerHops.Await(() => counters.Received(Hop.ZeekLine) == written);
            Stop(follower);
        }

        written += Copy(source, part: 2);
        using (var follower = Start(hops, counters, operations))
        {
            ListenerHops.Await(() => counters.Received(Hop.ZeekLine) == written);
            Stop(follower);
        }

        hops.Finish();
        Assert.Equal(written, counters.Used(Hop.ZeekLine));
        Assert.Equal(written, counters.Received(Hop.FlowRecord) + operations.Operations.Count);
        Assert.Equal(counters.Used(Hop.FlowRecord), hops.ShardCounters.Received(Hop.FlowStart));
        Assert.True(hops.Catalog.Directory.TryFind(HostAddress.Parse("127.0.0.1"), out _));
        Assert.True(hops.Catalog.Directory.TryFind(HostAddress.Parse("192.0.2.7"), out _));
    }

    [Fact]
    public void What_is_written_until_the_end_is_read_before_it()
    {
        using var hops = new ListenerHops();
        var counters = new HopCounters();
        using var follower = Start(hops, counters, new ZeekCollected());
        ListenerHops.Await(() => new LogPositionRows(_store.State).Load().Count > 0);
        _folder.Write("first/conn.log", "{\"ts\":1}\n{\"ts\":2}\n"u8.ToArray());

        Stop(follower);

        Assert.Equal((2, 2), (counters.Received(Hop.ZeekLine), counters.Rejected(Hop.ZeekLine)));
    }

    [Fact]
    public void Position_that_is_damaged_is_taken_for_none()
    {
        var rows = new LogPositionRows(_store.State);
        rows.Save([new LogPosition("/a/conn.log", [1, 2], 7), new LogPosition("/b/conn.log", [3], 9)]);
        _store.DamageRow("zeek_logs", "octets = 8", "path = '/a/conn.log'");

        var position = Assert.Single(rows.Load());

        Assert.Equal(("/b/conn.log", 9L), (position.Path, position.Octets));
        Assert.Equal(1, _store.State.DamagedRows.Of(StateTables.ZeekLogs));
        Assert.Contains(_store.Log.Lines, line => line.Contains("'/a/conn.log'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("192.0.2.7=", false)]
    [InlineData("/opt/zeek/logs", true)]
    [InlineData("192.0.2.7=/opt/zeek/logs", true)]
    [InlineData("2001:db8::7=/opt/zeek/logs", true)]
    public void A_sensors_folder_may_be_given_with_the_address_that_stands_for_it(string entry, bool isRight) =>
        Assert.Equal(isRight, !new ZeekOptions { Folders = [entry] }.Validate(new(new object())).Any());

    [Fact]
    public void Log_that_is_a_fifo_is_said_once_fails_the_follower_and_does_not_keep_it_from_its_end()
    {
        using var hops = new ListenerHops();
        TemporaryFifo.Make(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.Path, "first")).FullName, "conn.log"));
        using var follower = Start(hops, new HopCounters(), new ZeekCollected());

        ListenerHops.Await(() => follower.Heartbeat.Fault is not null);
        Assert.Contains("not a regular file", follower.Heartbeat.Fault, StringComparison.Ordinal);
        Assert.Equal(PartState.Failing, follower.Heartbeat.At(Environment.TickCount64));
        File.Delete(Path.Combine(_folder.Path, "first", "conn.log"));
        ListenerHops.Await(() => follower.Heartbeat.Fault is null);
        TemporaryFifo.Make(Path.Combine(_folder.Path, "first", "conn.log"));
        ListenerHops.Await(() => follower.Heartbeat.Fault is not null);

        follower.Stop();
        Assert.True(follower.Join(TimeSpan.FromSeconds(60)));
        hops.Finish();
    }

    [Fact]
    public void Two_sensors_cannot_have_one_address() =>
        Assert.Single(new ZeekOptions { Folders = ["/a", "127.0.0.1=/b"] }.Validate(new(new object())));

    [Fact]
    public void Positions_that_are_kept_and_cannot_be_read_stop_the_start()
    {
        using var hops = new ListenerHops();
        _store.State.Commit(connection =>
        {
            Database.Execute(connection, "DROP TABLE zeek_logs");
            return true;
        });

        var refusal = Assert.Throws<StartupException>(() => Start(hops, new HopCounters(), new ZeekCollected()));

        Assert.Contains("cannot be read", refusal.Message, StringComparison.Ordinal);
        hops.Finish();
    }

    private static void Stop(ZeekFollower follower)
    {
        follower.Stop();
        follower.Join();
    }

    private ZeekFollower Start(ListenerHops hops, HopCounters counters, ZeekCollected operations)
    {
        var follower = new ZeekFollower(
            _options, hops.Catalog, () =>
                _store.State, counters, hops.Router, operations, new(new()), new ArrivalClock(TimeProvider.System), NullLogger.Instance);
        follower.Prepare();
        follower.Start();

        // Logs that come from here on are new to it.
        ListenerHops.Await(() => new LogPositionRows(_store.State).Load().Count > 0);
        return follower;
    }

    /// <summary>Appends a third of two sensors' logs.</summary>
    private long Copy(string source, int part)
    {
        var written = 0L;
        foreach (var (from, to) in new[] { ("NEWYORK", "first"), ("SCRANTON", "second") })
        {
            foreach (var log in ZeekShared.Logs(Path.Combine(source, from)))
            {
                var lines = File.ReadAllLines(log);
                var share = lines[(lines.Length * part / 3)..(lines.Length * (part + 1) / 3)];
                var target = Path.Combine(_folder.Path, to, Path.GetFileName(log));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.AppendAllText(target, string.Concat(share.Select(line => line + "\n")));
                written += share.Length;
            }
        }

        return written;
    }

    private void Rotate()
    {
        foreach (var log in ZeekShared.Logs(_folder.Path)) File.Move(log, log.Replace(".log", ".1.log", StringComparison.Ordinal));
    }
}
