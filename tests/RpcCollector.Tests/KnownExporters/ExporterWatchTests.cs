using RpcCollector.KnownExporters;
using RpcCollector.Transport;

namespace RpcCollector.Tests.KnownExporters;

public sealed class ExporterWatchTests : IDisposable
{
    private readonly WatchedExporters _exporters = new();

    private ExporterGauges Gauges => _exporters.Gauges;

    public void Dispose() => _exporters.Dispose();

    [Fact]
    public void Exporter_that_falls_silent_and_comes_back_is_told_once_each()
    {
        _exporters.Send("192.0.2.7", 100);
        _exporters.Look(TimeSpan.FromMinutes(9));
        Assert.Equal(0, Gauges.Silent);

        _exporters.Look(TimeSpan.FromMinutes(2));
        _exporters.Look(TimeSpan.FromMinutes(1));
        Assert.Equal((1, 1, 0), (Gauges.Silent, Gauges.Events(ExporterEvent.Silent), Gauges.Events(ExporterEvent.Resumed)));

        _exporters.Send("192.0.2.7", 820);
        _exporters.Look(TimeSpan.FromSeconds(5));
        Assert.Equal((0, 1, 1), (Gauges.Silent, Gauges.Events(ExporterEvent.Silent), Gauges.Events(ExporterEvent.Resumed)));
        Assert.Equal(
            ["Warning: Exporter 192.0.2.7 is silent: its last datagram came at 2026-01-01T00:00:00Z",
                "Information: Exporter 192.0.2.7 sends again"], _exporters.Log.Lines);
    }

    [Fact]
    public void Sender_of_a_format_that_is_not_read_is_told_once_with_what_to_do()
    {
        byte[] sflow = [0, 0, 0, 5, 0, 0, 0, 1, .. new byte[60]];
        for (var i = 0; i < 3; i++)
        {
            _exporters.Send("192.0.2.7", sflow);
            _exporters.Send("192.0.2.8", [0, 7, 0, 1, .. new byte[72]]);
            _exporters.Look(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(
            ["Warning: 192.0.2.7 sends sFlow, which is not read: sFlow holds samples of packets, not flow records; configure NetFlow v9 " +
                "or IPFIX on the device, or mirror its traffic to a probe such as softflowd",
                "Warning: 192.0.2.8 sends NetFlow v7, which is not read: configure NetFlow v5, v9 or IPFIX on the device"],
            _exporters.Log.Lines);
    }

    [Fact]
    public void However_many_send_what_is_not_read_the_log_stays_bounded()
    {
        byte[] sflow = [0, 0, 0, 5, 0, 0, 0, 1, .. new byte[60]];
        for (var look = 0; look < 100; look++)
        {
            for (var i = 0; i < 250; i++) _exporters.Send($"10.{look}.{i}.1", sflow);
            _exporters.Look(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(256, _exporters.Log.Lines.Count(line => line.Contains("sends sFlow", StringComparison.Ordinal)));
    }

    [Fact]
    public void Exporter_silent_for_a_day_is_gone_and_no_fault_any_more()
    {
        _exporters.Send("192.0.2.7", 100);
        _exporters.Look(TimeSpan.FromHours(23));
        Assert.Equal(1, Gauges.Silent);

        _exporters.Look(TimeSpan.FromHours(2));

        Assert.Equal((0, 1), (Gauges.Silent, Gauges.Events(ExporterEvent.Silent)));
    }

    [Fact]
    public void Restart_and_clock_step_are_counted_each_and_told_at_most_once_a_minute()
    {
        _exporters.Send("192.0.2.7", 1000);
        _exporters.Look(TimeSpan.FromSeconds(5));
        _exporters.Send("192.0.2.7", 1);
        _exporters.Look(TimeSpan.FromSeconds(5));
        for (var i = 0; i < 3; i++)
        {
            _exporters.Send("192.0.2.7", 6 + (uint)(5 * i), behind: 3600 * (i + 1));
            _exporters.Look(TimeSpan.FromSeconds(5));
        }

        _exporters.Look(TimeSpan.FromMinutes(1));

        Assert.Equal((1, 3), (Gauges.Events(ExporterEvent.Restarted), Gauges.Events(ExporterEvent.ClockStepped)));
        Assert.Equal(
            ["Exporter 192.0.2.7 has restarted (1 more times)", "The clock of exporter 192.0.2.7 is wrong by 01",
                "The clock of exporter 192.0.2.7 was set (3 more times)"],
            _exporters.Log.Lines.Select(line => line[9..line.IndexOf(':', 9)]));
        Assert.Equal((1, 1), (Gauges.ClockWrong, Gauges.Events(ExporterEvent.ClockWrong)));
    }

    [Fact]
    public void A_flood_of_forged_exporters_does_not_flood_the_log()
    {
        for (var i = 0; i < 1000; i++) _exporters.Send($"10.0.{i / 250}.{i % 250}", 100);

        _exporters.Look(TimeSpan.FromMinutes(11));

        Assert.Equal((1000, 1000), (Gauges.Silent, Gauges.Events(ExporterEvent.Silent)));
        Assert.Equal(21, _exporters.Log.Lines.Count);
        Assert.StartsWith("Warning: 980 more events", _exporters.Log.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Several_exporters_behind_one_address_are_told_once()
    {
        for (uint second = 0; second < 30; second += 5)
        {
            _exporters.Send("172.17.0.1", 100 + second, port: 40_000);
            _exporters.Send("172.17.0.1", 9_000 + second, port: 40_001);
            _exporters.Look(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(1, Gauges.Translated);
        Assert.Single(
            _exporters.Log.Lines, line =>
            line.StartsWith("Warning: Several exporters seem to send from 172.17.0.1", StringComparison.Ordinal));
    }

    [Fact]
    public void Contested_templates_are_counted_each_time_and_told_once_an_hour()
    {
        _exporters.SendTemplate("192.0.2.7", length: 4);
        _exporters.Look(TimeSpan.FromSeconds(5));
        Assert.Equal(0, Gauges.Contested);

        for (ushort length = 5; length < 25; length++)
        {
            _exporters.SendTemplate("192.0.2.7", length);
            _exporters.Look(TimeSpan.FromSeconds(5));
        }

        Assert.Equal((1, 20), (Gauges.Contested, Gauges.Events(ExporterEvent.TemplateContested)));
        Assert.StartsWith(
            "Warning: A different template came from the address of exporter 192.0.2.7 (1 more times)", Assert.Single(_exporters.Log.Lines),
            StringComparison.Ordinal);

        _exporters.Look(TimeSpan.FromHours(1));
        Assert.Contains("(19 more times)", _exporters.Log.Lines.Single(line => line.Contains("template", StringComparison.Ordinal)
            && line != _exporters.Log.Lines[0]), StringComparison.Ordinal);
    }

    [Fact]
    public void Header_between_two_of_another_clock_is_told_as_contested()
    {
        _exporters.Send("192.0.2.7", 1000);
        _exporters.Send("192.0.2.7", 1);
        _exporters.Send("192.0.2.7", 1000, sequence: 1);
        _exporters.Look(TimeSpan.FromSeconds(5));

        Assert.Equal((1, 0), (Gauges.Events(ExporterEvent.ClockContested), Gauges.Contested));
        Assert.Contains(_exporters.Log.Lines, line => line.Contains("disagreed about its start (1 more times)", StringComparison.Ordinal));
    }

    [Fact]
    public void Offsets_span_from_the_exporter_most_ahead_to_the_one_most_behind()
    {
        _exporters.Send("192.0.2.7", 100, behind: 3);
        _exporters.Send("192.0.2.8", 100, behind: -2);
        _exporters.Look(TimeSpan.Zero);

        Assert.Equal((-2000, 3000), Gauges.ArrivalOffsets);
    }

    [Fact]
    public void Kernel_drops_since_the_last_look_lower_the_completeness_of_that_minute()
    {
        var (datagrams, drops) = (0L, 0L);
        _exporters.Collector.Listeners = [new ListenerGauges(2055, () => 0, () => 0, () => drops) { Datagrams = () => datagrams }];
        _exporters.Send("192.0.2.7", 100);
        _exporters.Look(TimeSpan.Zero);
        (datagrams, drops) = (90, 10);

        _exporters.Look(TimeSpan.FromSeconds(5));

        Assert.Equal(0.9, _exporters.Catalog.Completeness(0, _exporters.Time.Now.ToUnixTimeMilliseconds())!.Value, 6);
    }
}
