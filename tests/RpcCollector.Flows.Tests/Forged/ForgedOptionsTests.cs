using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Tests.Forged;

/// <summary>One forged options record, or v5 header, changes nothing; what is repeated does.</summary>
public sealed class ForgedOptionsTests
{
    private const long Minute = 60_000;
    private const long Export = MessageBuilder.ExportMilliseconds;

    private readonly DecoderUnderTest _decoder = new();
    private long _now;

    private uint LastSampling => _decoder.Collected.FlowStarts[^1].SamplingInterval;

    [Fact]
    public void One_forged_sampling_interval_is_not_believed()
    {
        State(100);
        State(1000);
        Data();

        Assert.Equal(100u, LastSampling);
        Assert.Equal(1, _decoder.Counters.Noted(Irregularity.OptionsContested));
        var exporter = Assert.Single(_decoder.Catalog.Exporters());
        Assert.Equal((100u, true, 1000u, 1L), (exporter.SamplingInterval, exporter.Contested.Options,
            exporter.Contested.SamplingInterval, exporter.Contested.OptionsTimes));
    }

    [Fact]
    public void Contradiction_ends_when_the_exporter_repeats_itself()
    {
        State(100);
        State(1000);
        State(100);

        Assert.False(Assert.Single(_decoder.Catalog.Exporters()).Contested.IsNow);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(30)]
    public void Forged_interval_is_not_believed_however_often_it_comes_while_the_exporter_repeats_its_own(int minutes)
    {
        for (var refresh = 0; refresh < 6; refresh++)
        {
            State(100);
            for (var i = 0; i < 20; i++)
            {
                _now += minutes * Minute / 20;
                if (refresh > 0) State(1000);
                Data();
                Assert.Equal(100u, LastSampling);
            }
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(10, 20)]
    [InlineData(30, 60)]
    public void Changed_interval_is_believed_two_refreshes_later(int refreshMinutes, int believedMinutes)
    {
        for (var i = 0; i < 3; i++, _now += refreshMinutes * Minute) State(1);
        var changed = _now;
        for (; LastSamplingAfterData() != 50; _now += refreshMinutes * Minute) State(50);

        Assert.Equal(believedMinutes * Minute, _now - refreshMinutes * Minute - changed);
        Assert.False(Assert.Single(_decoder.Catalog.Exporters()).Contested.IsNow);
    }

    [Fact]
    public void First_statement_is_believed_at_once()
    {
        State(100);
        Data();

        Assert.Equal(100u, LastSampling);
    }

    [Fact]
    public void First_statement_of_an_exporter_that_never_made_one_is_doubtful()
    {
        for (var i = 0; i < 12; i++, _now += Minute) Data();
        State(1000);
        Data();

        Assert.Equal(0u, LastSampling);
        Assert.Equal(1000u, Assert.Single(_decoder.Catalog.Exporters()).Contested.SamplingInterval);
    }

    [Fact]
    public void Over_tcp_a_changed_interval_is_believed_at_once()
    {
        State(100, isOverTcp: true);
        State(1000, isOverTcp: true);
        Data(isOverTcp: true);

        Assert.Equal(1000u, LastSampling);
    }

    [Fact]
    public void Other_values_do_not_keep_a_changed_interval_from_being_believed()
    {
        State(1);
        for (var minute = 0; minute < 12; minute++, _now += Minute)
        {
            if (minute % 2 == 0) State((uint)(2000 + minute));
            State(50);
        }

        Data();
        Assert.Equal(50u, LastSampling);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void One_forged_v5_header_does_not_change_the_sampling(int interval)
    {
        V5(interval);
        V5(1000);
        V5(interval);

        Assert.Equal(3, _decoder.Collected.FlowStarts.Count);
        Assert.All(_decoder.Collected.FlowStarts, start => Assert.Equal((uint)interval, start.SamplingInterval));
        Assert.Equal(1, _decoder.Counters.Noted(Irregularity.OptionsContested));
        Assert.False(Assert.Single(_decoder.Catalog.Exporters()).Contested.IsNow);
    }

    [Theory]
    [InlineData(10, 100, 100u)]
    [InlineData(10, 0, 1u)]
    public void Changed_sampling_of_v5_headers_is_believed_after_a_minute(int before, int after, uint believed)
    {
        V5(before);
        for (var second = 0; second <= 60; second += 5, _now += 5_000) V5(after);

        Assert.Equal((10u, believed), (_decoder.Collected.FlowStarts[^2].SamplingInterval, LastSampling));
    }

    [Fact]
    public void One_forged_start_of_the_exporter_moves_no_flow()
    {
        Init(Export - (10 * Minute));
        Init(Export - (9 * Minute));
        UptimeData(endUpTime: 10 * Minute - 5_000);

        Assert.Equal(Export - 5_000, _decoder.Collected.FlowStarts[^1].EndUnixMilliseconds);
    }

    [Fact]
    public void Flows_of_an_exporter_that_restarted_are_read_by_its_new_start_at_once()
    {
        Init(Export - (1000 * Minute));
        UptimeData(endUpTime: (1000 * Minute) - 5_000);
        _now += 5 * Minute;
        Init(Export + (4 * Minute));
        UptimeData(endUpTime: Minute - 3_000);

        Assert.Equal(
            [Export - 5_000, Export + (5 * Minute) - 3_000], _decoder.Collected.FlowStarts.Select(start => start.EndUnixMilliseconds));
    }

    [Fact]
    public void What_is_contested_survives_a_restart()
    {
        for (var i = 0; i < 3; i++, _now += Minute) State(1);
        State(50);
        _now += Minute;
        State(50);
        var after = SavedExportersTests.Restarted(_decoder);
        Assert.Equal(50u, Assert.Single(after.Catalog.Exporters()).Contested.SamplingInterval);

        _now += Minute;
        after.Decode(Options(50));
        after.Decode(Flow());
        Assert.Equal(50u, Assert.Single(after.Collected.FlowStarts).SamplingInterval);
    }

    [Fact]
    public void Confirmation_takes_a_minute_at_least_and_fifty_minutes_at_most()
    {
        var confirmation = default(Confirmation);
        foreach (var minute in (int[])[0, 10, 44]) confirmation.State(1 + (minute * Minute));
        Assert.False(confirmation.IsConfirmed(24 * 60 * Minute));

        confirmation.State(1 + (45 * Minute));
        Assert.True(confirmation.IsConfirmed(24 * 60 * Minute));
    }

    private uint LastSamplingAfterData()
    {
        Data();
        return LastSampling;
    }

    private CapturedDatagram At(MessageBuilder message, bool isOverTcp = false)
    {
        var datagram = message.From();
        return datagram with { ArrivalUnixMilliseconds = Export + _now, Session = datagram.Session with { IsOverTcp = isOverTcp } };
    }

    private MessageBuilder Ipfix() => MessageBuilder.Ipfix(exportSeconds: MessageBuilder.ExportSeconds + (uint)(_now / 1000));

    private CapturedDatagram Options(uint interval, bool isOverTcp = false) => At(
        Ipfix().OptionsTemplate(300, [(149, 4)], [(34, 4)]).Set(300, set => set.U32(1).U32(interval)), isOverTcp);

    private CapturedDatagram Flow(bool isOverTcp = false) =>
        At(Ipfix().Template(256, Layout.Flow).Set(256, set => set.MapperFlow()), isOverTcp);

    private void State(uint interval, bool isOverTcp = false) => _decoder.Decode(Options(interval, isOverTcp));

    private void Data(bool isOverTcp = false) => _decoder.Decode(Flow(isOverTcp));

    private void V5(int sampling) => _decoder.Decode(
        At(MessageBuilder.NetFlowV5(count: 1, sampling: sampling).V5Record("10.0.0.1", 50_000, "10.0.0.2", 135, 90_000, 91_000)));

    private void Init(long unixMilliseconds) => _decoder.Decode(
        At(Ipfix().OptionsTemplate(300, [(149, 4)], [(160, 8)]).Set(300, set => set.U32(1).U64((ulong)unixMilliseconds))));

    private void UptimeData(long endUpTime) => _decoder.Decode(
        At(Ipfix().Template(257, (8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (22, 4), (21, 4)).Set(257, set =>
            set.Address("10.0.0.1").Address("10.0.0.2").U16(50_000).U16(135).U8(6).U32((uint)endUpTime - 1000).U32((uint)endUpTime))));
}
