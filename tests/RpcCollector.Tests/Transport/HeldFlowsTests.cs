using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Store;
using RpcCollector.Tests.Store;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Transport;

public sealed class HeldFlowsTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();
    private readonly StateStore _file;

    public HeldFlowsTests() => _file = _temporary.OpenState();

    private HeldFlows Held => new(
        () => new FlowArchive(_file), _temporary.Exporters, _temporary.Clock, _temporary.Time, _temporary.Log.For<CollectingProcess>());

    public void Dispose()
    {
        _file.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public void What_was_kept_is_taken_once()
    {
        Assert.True(Held.Save([ShardWithMapperFlow()]));

        var next = Shard();
        Held.Restore([next]);
        Assert.Equal(1, next.OpenMapperFlows);

        // That start failed: it is there for the next one, which succeeds.
        next = Shard();
        var held = Held;
        held.Restore([next]);
        held.Settle();
        Assert.Equal(1, next.OpenMapperFlows);

        var later = Shard();
        Held.Restore([later]);
        Assert.Equal(0, later.OpenMapperFlows);
    }

    [Fact]
    public void Damaged_flows_are_set_aside_and_said_and_the_start_goes_on()
    {
        Assert.True(Held.Save([ShardWithMapperFlow()]));
        _temporary.DamageRow("shard_flows", "octets = x'00'", "part = 0");

        var (next, held) = (Shard(), Held);
        held.Restore([next]);
        held.Settle();

        Assert.Equal(0, next.OpenMapperFlows);
        Assert.Single(_temporary.Log.Lines, line => line.StartsWith("Error: The flows", StringComparison.Ordinal));
        Assert.Equal(1, _file.Read(connection =>
            Database.Ask(connection, "SELECT COUNT(*) FROM damaged")));
        Held.Restore([next]);
        Assert.Single(_temporary.Log.Lines, line => line.StartsWith("Error: The flows", StringComparison.Ordinal));
    }

    [Fact]
    public void What_could_not_be_read_is_set_aside_and_never_taken_by_a_later_start()
    {
        Assert.True(Held.Save([ShardWithMapperFlow()]));
        var (next, held) = (Shard(), Held);
        Change("ALTER TABLE shard_flows RENAME TO hidden");
        held.Restore([next]);
        held.Settle();
        Change("ALTER TABLE hidden RENAME TO shard_flows");

        // What could not be set aside then is set aside now.
        Assert.True(held.Save([Shard()]));

        Held.Restore([next]);
        Assert.Equal(0, next.OpenMapperFlows);
        Assert.Equal(1, _file.Read(connection => Database.Ask(connection, "SELECT COUNT(*) FROM shard_flows WHERE generation < 0")));
    }

    [Fact]
    public void Disk_that_fails_lets_the_flows_be_reported_as_they_stand()
    {
        using var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_temporary.StatePath};Pooling=False");
        other.Open();
        Database.Execute(other, "BEGIN IMMEDIATE");

        Assert.False(Held.Save([ShardWithMapperFlow()]));

        Assert.Single(_temporary.Log.Lines, line => line.Contains("could not be kept", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_planned_end_keeps_what_is_held_then_and_no_more()
    {
        Assert.True(Held.Save([ShardWithMapperFlow()]));
        Assert.True(Held.Save([Shard()]));

        var next = Shard();
        Held.Restore([next]);
        Assert.Equal(0, next.OpenMapperFlows);
    }

    private void Change(string sql) => _file.Commit(connection =>
    {
        Database.Execute(connection, sql);
        return true;
    });

    private ClientShard Shard() => new(new JoinOptions(), new Nobody(), new HopCounters(), exporters: _temporary.Exporters);

    private ClientShard ShardWithMapperFlow()
    {
        var shard = Shard();
        shard.Offer(new FlowStart
        {
            Client = HostAddress.Parse("10.0.0.1"),
            Server = HostAddress.Parse("10.0.0.2"),
            ClientPort = 50_000,
            ServerPort = 135,
            StartUnixMilliseconds = Activities.Epoch,
            EndUnixMilliseconds = Activities.Epoch + 1_000,
            ArrivalUnixMilliseconds = Activities.Epoch,
            Half = FlowHalf.Both,
            Direction = DirectionConfidence.Stated,
        });
        return shard;
    }

    private sealed class Nobody : IActivitySink
    {
        public void Publish(in ActivityChange change)
        {
        }
    }
}
