using FsCheck;
using FsCheck.Fluent;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>
/// A planned restart between any two flow starts, with as many shards or others, changes nothing of what stands in the end.
/// </summary>
public class ShardRestartTests
{
    private static readonly JoinOptions Options = new()
    {
        SameConnectionGap = TimeSpan.FromSeconds(1),
        MapperOnlyAfter = TimeSpan.FromMilliseconds(50),
        KnownEndpointAfter = TimeSpan.FromMilliseconds(30)
    };

    private static readonly EndpointList Known = new() { { "10.0.0.2", 49_152, RpcInterfaces.Samr }, { "10.0.0.1", 60_000,
        RpcInterfaces.None }, { "2001:db8::3", 49_664, RpcInterfaces.Svcctl } };

    [Fact]
    public void Restarts_anywhere_give_what_the_reference_gives() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(800),
        Prop.ForAll(DenseFlows.Many(14), ArbMap.Default.ArbFor<int>(), (starts, seed) => AssertSame(starts, seed, restartsIn: 3)));

    [Fact]
    public void Restarts_among_many_flow_starts_give_what_the_reference_gives() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(80),
        Prop.ForAll(DenseFlows.Many(150), ArbMap.Default.ArbFor<int>(), (starts, seed) => AssertSame(starts, seed, restartsIn: 20)));

    [Fact]
    public void Restarts_among_flows_offered_both_ways_give_what_the_reference_gives() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(800),
        Prop.ForAll(
            DenseFlows.Many(14), ArbMap.Default.ArbFor<int>(), (starts, seed) =>
            AssertSame(starts, seed, restartsIn: 3, withMirrors: true)));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void Pair_that_straddles_a_restart_is_joined_and_said_once(int before, int after)
    {
        var run = new Run(before);
        run.Offer(Lab.Mapper(0, 10));
        run.Restart(after);
        Assert.Empty(run.Ledger.Changes);
        Assert.Equal(1, run.OpenMapperFlows);
        run.Offer(Lab.Endpoint(1));
        run.Restart(before);

        Assert.Equal(JoinBasis.Car, run.Ledger.Single.Basis);
        run.Offer(Lab.Endpoint(1) with { ServerTcpFlags = 0x04 });
        Assert.Equal([ActivityChangeKind.Added, ActivityChangeKind.Revised], run.Ledger.Changes.Select(change => change.Kind));
    }

    [Fact]
    public void Mapper_flow_that_was_reported_is_withdrawn_under_its_id_after_a_restart()
    {
        var run = new Run(1);
        run.Offer(Lab.Mapper(0, 10));
        run.AdvanceBy(60);
        Assert.Equal(JoinBasis.MapperOnly, run.Ledger.Single.Basis);
        run.Restart(1);
        run.AdvanceBy(60);
        Assert.Single(run.Ledger.Changes);

        run.Offer(Lab.Endpoint(1));
        Assert.Equal(JoinBasis.Car, run.Ledger.Single.Basis);
        Assert.Equal(
            [ActivityChangeKind.Added, ActivityChangeKind.Added, ActivityChangeKind.Withdrawn], run.Ledger.Changes.Select(change =>
                change.Kind));
    }

    [Fact]
    public void What_was_held_grows_older_while_nothing_runs_but_not_when_the_clock_is_earlier_than_it_was()
    {
        var run = new Run(1);
        run.Offer(Lab.Mapper(0, 10));
        run.Restart(1, sleptMilliseconds: -86_400_000);
        Assert.Empty(run.Ledger.Changes);
        run.AdvanceBy(40);
        Assert.Empty(run.Ledger.Changes);

        run.Restart(2, sleptMilliseconds: 20);
        Assert.Equal(JoinBasis.MapperOnly, run.Ledger.Single.Basis);

        run.Restart(1, sleptMilliseconds: (long)TimeSpan.FromDays(100).TotalMilliseconds);
        Assert.Equal((1, 0), (run.Ledger.Standing.Count, run.NumRows));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Contacts_leave_after_a_restart_when_they_would_have_without_whether_they_have_ended_or_not(int after)
    {
        var (without, with) = (NumHeld(restarts: false), NumHeld(restarts: true));

        Assert.Equal([20, 7, 0], [without[0], without[35], without[^1]]);
        Assert.Equal(without, with);

        // 20 contacts within three minutes, of which each third goes on; and how many are held then, every ten seconds.
        List<int> NumHeld(bool restarts)
        {
            var run = new Run(1);
            for (ushort i = 0; i < 20; i++)
            {
                run.Offer(Lab.Flow(0, 1, (ushort)(50_000 + i), 445) with { ClientTcpFlags = (byte)(i % 3 == 0 ? 0x1A : 0x1B) });
                run.AdvanceBy(9_000);
            }

            if (restarts) run.Restart(after);
            var held = new List<int>();
            for (var i = 0; i < 200; i++)
            {
                run.AdvanceBy(10_000);
                held.Add(run.HeldContacts);
            }

            return held;
        }
    }

    [Fact]
    public void What_does_not_fit_is_let_go_of_the_longest_ago_first_as_if_its_time_had_come()
    {
        var run = new Run(1);
        for (ushort i = 0; i < 10; i++)
        {
            run.Offer(Lab.Mapper(i, i + 0.5, (ushort)(50_000 + (2 * i))));
            run.Offer(Lab.Endpoint(i + 0.01, (ushort)(50_001 + (2 * i))));
        }

        Assert.Equal(8, run.KeepLatest(12));
        run.Restart(1);
        Assert.Equal((10, 2), (run.OpenMapperFlows, run.WaitingEndpointFlows));
        run.AdvanceBy(100_000_000);
        Assert.Equal(10, run.Ledger.Standing.Count(activity => activity.Basis == JoinBasis.Car));
        Assert.DoesNotContain(run.Ledger.Standing, activity => activity.Basis == JoinBasis.MapperOnly);
    }

    [Fact]
    public void Exporters_are_named_by_address_and_a_flow_whose_exporters_find_no_room_is_left_out()
    {
        var run = new Run(1);
        run.Offer(Lab.Mapper(0, 10, exporter: 1));
        run.Offer(Lab.Mapper(100, 110, exporter: 2));

        var turned = new ExporterDirectory(capacity: 2);
        foreach (var id in (int[])[5, 2]) Assert.True(turned.TryGetId(run.Exporters[id], out _));
        run.Restart(1, exporters: turned);

        Assert.Equal(1, run.OpenMapperFlows);
        run.Complete();
        Assert.Equal(1, run.Ledger.Single.Exporters.IdAt(0));
        Assert.Equal(Lab.At(100), run.Ledger.Single.Mapper!.Value.StartUnixMilliseconds);
    }

    [Fact]
    public void Damage_anywhere_is_named_and_throws_nothing()
    {
        var starts = DenseFlows.One.ArrayOf(60).Sample(1, 3).Single();
        var run = new Run(2);
        foreach (var start in starts) run.Offer(start);
        var saved = run.Save();
        var random = new Random(1);
        var named = 0;
        for (var i = 0; i < 600; i++)
        {
            var damaged = saved[..(i % 3 == 0 ? random.Next(saved.Length) : saved.Length)];
            if (i % 3 != 0) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            var shards = Enumerable.Range(0, 2).Select(_ =>
                new ClientShard(Options, new Nobody(), new HopCounters(), 2, new ExporterDirectory())).ToArray();
            if (ShardFlowsReader.Restore(damaged, shards, new ExporterDirectory(), Lab.Epoch).Damage is not null) named++;
            foreach (var shard in shards) shard.AdvanceTo(Lab.Epoch + 86_400_000);
        }

        Assert.InRange(named, 200, 600);
    }

    [Fact]
    public void Saving_that_takes_too_long_is_given_up()
    {
        var run = new Run(1);
        for (var i = 0; i < 2_000; i++) run.Offer(Lab.Mapper(0, 10, (ushort)(50_000 + i)));

        Assert.Throws<TimeoutException>(() => run.Save(isTooLate: true));
    }

    private static void AssertSame(FlowStart[] starts, int seed, int restartsIn, bool withMirrors = false)
    {
        var random = new Random(seed);
        var order = starts.ToArray();
        random.Shuffle(order);
        var run = new Run(1 + random.Next(3)) { Known = Known, HasMirrors = withMirrors };
        foreach (var start in order)
        {
            if (random.Next(restartsIn) == 0) run.Restart(1 + random.Next(3));
            run.Offer(withMirrors ? DenseFlows.WithMirrors([start]) : [start]);
        }

        run.Restart(1 + random.Next(3));
        run.Complete();
        if (withMirrors) starts = DenseFlows.WithMirrors(starts);
        Assert.Equal(ReferenceJoin.ContactsOf(starts, Options, Known), run.Ledger.ContactFacts);
        var (expected, actual) = (ReferenceJoin.Of(starts, Options, Known), run.Ledger.Facts);
        Assert.True(expected.SetEquals(actual), string.Join('\n', ["missing:", .. expected.Except(actual).Select(a =>
            $"{a}"), "beyond:", .. actual.Except(expected).Select(a => $"{a}")]));
        run.AdvanceBy(86_400_000);
        Assert.Equal(0, run.NumRows);
    }

    private sealed class Nobody : IActivitySink
    {
        public void Publish(in ActivityChange change)
        {
        }
    }

    /// <summary>
    /// Shards that end and are followed by others; one ledger takes what all of them say. Exporters have their ids in the order of their
    /// addresses.
    /// </summary>
    private sealed class Run
    {
        private ClientShard[] _shards;
        private long _arrival = Lab.Epoch;
        private IKnownEndpoints? _known;

        public Run(int numShards)
        {
            for (var i = 0; i < 6; i++) Assert.True(Exporters.TryGetId(HostAddress.FromIPv4(0xC000_0201 + (uint)i), out _));
            _shards = Open(numShards);
        }

        public ActivityLedger Ledger { get; } = new();

        public ExporterDirectory Exporters { get; private set; } = new();

        public IKnownEndpoints Known
        {
            init
            {
                _known = value;
                foreach (var shard in _shards) shard.KnownEndpoints = value;
            }
        }

        /// <summary>True when flows are offered both ways.</summary>
        public bool HasMirrors { get; init; }

        public int OpenMapperFlows => _shards.Sum(shard => shard.OpenMapperFlows);

        public int WaitingEndpointFlows => _shards.Sum(shard => shard.WaitingEndpointFlows);

        public int HeldContacts => _shards.Sum(shard => shard.HeldContacts);

        public int NumRows => _shards.Sum(shard => shard.NumRows);

        public void Offer(params FlowStart[] starts)
        {
            _arrival++;
            var owners = new int[ClientShard.MostOwners];
            for (var shard = 0; shard < _shards.Length; shard++)
            {
                _shards[shard].Offer(
                    DenseFlows.Joined(
                        [.. starts.Where(start => owners.Take(ClientShard.OwnersOf(start, _shards.Length, owners)).Contains(shard))
                            .Select(start => start with { ArrivalUnixMilliseconds = _arrival })]), shard);
            }
        }

        public void AdvanceBy(long milliseconds)
        {
            _arrival += milliseconds;
            foreach (var shard in _shards) shard.AdvanceTo(_arrival);
        }

        public int KeepLatest(int most) => _shards.Sum(shard => shard.KeepLatest(most));

        public byte[] Save(bool isTooLate = false)
        {
            // Their threads tick until they end.
            foreach (var shard in _shards) shard.AdvanceTo(_arrival);
            var saved = new MemoryStream();
            ShardFlowsWriter.Write(saved, _shards, Exporters, _arrival, () => isTooLate);
            return saved.ToArray();
        }

        public void Restart(int numShards, long sleptMilliseconds = 0, ExporterDirectory? exporters = null)
        {
            var saved = Save();
            var (held, before) = ((OpenMapperFlows, WaitingEndpointFlows), _shards.Length);
            Exporters = exporters ?? Exporters;
            _shards = Open(numShards);
            _arrival += sleptMilliseconds;
            Assert.Null(ShardFlowsReader.Restore(saved, _shards, Exporters, _arrival).Damage);
            if (sleptMilliseconds != 0 || exporters is not null) return;

            // What was held once may be held twice, by two shards.
            Assert.Equal(held.OpenMapperFlows, OpenMapperFlows);
            if (!HasMirrors || numShards == before) Assert.Equal(held.WaitingEndpointFlows, WaitingEndpointFlows);
        }

        public void Complete()
        {
            foreach (var shard in _shards) shard.Complete();
        }

        private ClientShard[] Open(int numShards) =>
            [.. Enumerable.Range(0, numShards).Select(_ =>
                new ClientShard(Options, Ledger, new HopCounters(), numShards, Exporters) { KnownEndpoints = _known })];
    }
}
