using System.Text;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Options;
using RpcCollector.Scale.Sensors;
using static RpcCollector.Tests.Scale.Sensors.SensorSamples;

namespace RpcCollector.Tests.Scale.Sensors;

public sealed class SensorReportsTests
{
    private const long Now = 1_800_000_000_000;

    private readonly ExporterCatalog _heard = new(new ExporterDirectory());
    private readonly SensorReports _reports = new();

    [Fact]
    public void Judge_knows_of_an_exporter_all_that_the_sensor_knows()
    {
        Hear(_heard, "198.51.100.7", Now);
        Hear(_heard, "198.51.100.7", Now + 1_000, sequence: 10);
        Hear(_heard, "198.51.100.7", Now + 120_000, sequence: 11);

        Report("site-a");

        var sensor = Assert.Single(_reports.Sensors);
        Assert.Equal(("site-a", Now + 5_000, 1), (sensor.Name, sensor.ReportedUnixMilliseconds, sensor.Said!.Exporters));
        Assert.Equivalent(_heard.Exporters(), sensor.Exporters.Select(exporter => exporter.Status), strict: true);
        Assert.Equal(9, sensor.Exporters[0].Status!.Sequence.Lost);
    }

    [Fact]
    public void Completeness_at_the_judge_is_that_of_the_sensor_in_the_minute_and_else_of_the_newest()
    {
        Hear(_heard, "198.51.100.7", Now);
        Hear(_heard, "198.51.100.7", Now + 1_000, sequence: 10);
        Hear(_heard, "198.51.100.7", Now + 120_000, sequence: 11);
        Report("site-a", Now + 125_000);

        var judge = new ExporterCatalog(new ExporterDirectory()) { HeardElsewhere = _reports.Completeness };
        judge.Directory.TryGetId(HostAddress.Parse("198.51.100.7"), out var atJudge);
        _heard.Directory.TryGetId(HostAddress.Parse("198.51.100.7"), out var atSensor);

        Assert.InRange(_heard.Completeness(atSensor, Now)!.Value, 0.1, 0.9);
        foreach (var time in (long[])[Now, Now + 30_000, Now + 60_000, Now + 120_000, Now - 3_600_000])
            Assert.Equal(_heard.Completeness(atSensor, time), judge.Completeness(atJudge, time));
    }

    [Fact]
    public void Of_two_sensors_that_hear_an_exporter_the_less_complete_counts_and_both_are_shown()
    {
        Hear(_heard, "198.51.100.7", Now);
        Report("site-a");
        Hear(_heard, "198.51.100.7", Now + 1_000, sequence: 10);
        Hear(_heard, "198.51.100.7", Now + 120_000, sequence: 11);
        Report("site-b");

        var address = HostAddress.Parse("198.51.100.7");
        Assert.Equal(2, _reports.Sensors.Sum(sensor => sensor.Exporters.Count));
        Assert.InRange(_reports.Completeness(address, Now)!.Value, 0.1, 0.9);
        Assert.Null(_reports.Completeness(HostAddress.Parse("198.51.100.8"), Now));
    }

    [Fact]
    public void More_exporters_than_fit_into_a_report_come_with_the_next_and_those_that_are_over_go()
    {
        for (var i = 0; i < SensorReportWriter.MostExporters + 500; i++) Hear(_heard, $"10.1.{i / 256}.{i % 256}", Now);
        var writer = new SensorReportWriter("site-a", epoch: 1, _heard);

        Deliver(_reports, Written(writer), Now);
        Assert.Equal(SensorReportWriter.MostExporters, _reports.Sensors.Single().Exporters.Count);

        // The broker was away: what was not confirmed is said again.
        Written(writer, isConfirmed: false);
        Deliver(_reports, Written(writer), Now);
        Assert.Equal(_heard.Exporters().Select(one => one.Address), _reports.Sensors.Single().Exporters.Select(one => one.Address));

        var other = new ExporterCatalog(new ExporterDirectory());
        Hear(other, "10.1.0.9", Now);
        Deliver(_reports, Written(new SensorReportWriter("site-a", epoch: 2, other)), Now);
        Assert.Equal("10.1.0.9", _reports.Sensors.Single().Exporters.Single().Address.ToString());
        Assert.Null(_reports.Completeness(HostAddress.Parse("10.1.0.8"), Now));
    }

    [Fact]
    public void Exporters_of_two_sites_that_have_one_address_are_two()
    {
        for (var i = 0; i < SensorReportWriter.MostExporters; i++) Hear(_heard, $"10.1.{i / 256}.{i % 256}", Now);
        Hear(_heard, "198.51.100.7", Now);
        foreach (var name in (string[])["oslo", "rome"])
        {
            var site = new ScaleOptions { Site = name }.FindSite();
            var writer = new SensorReportWriter($"of-{name}", epoch: 1, _heard, site);

            // Those of the site stand behind all others, and the last come with the second report.
            Deliver(_reports, Written(writer), Now);
            Deliver(_reports, Written(writer), Now);
        }

        var sensors = _reports.Sensors.OrderBy(sensor => sensor.Name, StringComparer.Ordinal).ToList();
        Assert.Equal(["oslo", "rome"], sensors.Select(sensor => sensor.Said!.Site));
        Assert.All(sensors, sensor => Assert.Equal(_heard.NumExporters, sensor.Exporters.Count));
        Assert.NotNull(_reports.Completeness(HostAddress.Parse("10.1.0.0@rome"), Now));
        Assert.Null(_reports.Completeness(HostAddress.Parse("10.1.0.0"), Now));
        Assert.NotNull(_reports.Completeness(HostAddress.Parse("198.51.100.7"), Now));
    }

    [Fact]
    public void Every_deed_fits_and_every_message_is_one_that_a_reader_takes()
    {
        for (var i = 0; i < SensorReportWriter.MostExporters; i++)
        {
            for (var minute = 0; minute < 3; minute++)
                Hear(_heard, $"10.1.{i / 256}.{i % 256}", Now + (minute * 60_000), sequence: (uint)minute);
        }

        var messages = Written(new SensorReportWriter("site-a", epoch: 1, _heard), now: Now + 180_000);
        Deliver(_reports, messages, Now + 180_000);

        Assert.InRange(messages.Count, 2, 8);
        Assert.All(messages, message => Assert.InRange(message.Length, 1, ActMessageWriter.UsualOctets));
        Assert.Equal(SensorReportWriter.MostExporters, _reports.Sensors.Single().Exporters.Count);
    }

    [Fact]
    public void Report_that_is_read_again_after_a_later_one_is_passed_over()
    {
        var writer = new SensorReportWriter("site-a", epoch: 1, _heard);
        var (first, second) = (Written(writer), Written(writer, now: Now + 10_000));
        Deliver(_reports, second, Now + 10_000);
        Deliver(_reports, first, Now);

        var sensor = _reports.Sensors.Single();
        Assert.Equal((Now + 10_000, Now + 10_000), (sensor.ReportedUnixMilliseconds, sensor.Said!.At));
        Assert.Equal(first.Count + 1, _reports.Rejected(ReportRejection.Repeated));
    }

    [Fact]
    public void What_a_sensor_dropped_adds_up_over_its_starts()
    {
        Take(1, 5);
        Take(1, 7);
        Take(2, 3);

        Assert.Equal(10, _reports.Sensors.Single().DroppedBatches);

        void Take(ulong epoch, long dropped) => _reports.Take(
            HeaderOf("site-a", epoch: epoch), SensorReport.Topic,
            Octets(new SensorReport { Version = 1, Sensor = Said(Now) with { DroppedBatches = dropped } }), Now);
    }

    [Fact]
    public void Deed_of_another_topic_is_no_report() =>
        Assert.False(_reports.Take(HeaderOf("site-a"), "suppression", Octets("{}"), Now));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"version":1,"sensor":{}}""")]
    [InlineData("""{"version":1,"sensor":null}""")]
    [InlineData("""{"version":1,"page":{}}""")]
    [InlineData("""{"version":1,"page":{"exporters":[null]}}""")]
    [InlineData("""{"version":1,"page":{"exporters":[{}]}}""")]
    [InlineData("""{"version":1,"page":{"after":"x","exporters":[]}}""")]
    [InlineData("""{"version":1,"page":{"exporters":[{"address":"10.0.0.1","domains":[],"minutes":[],"standing":99}]}}""")]
    [InlineData("""{"version":1,"page":{"exporters":[{"address":"10.0.0.1","domains":[],"minutes":[],"last_seen":-1}]}}""")]
    [InlineData("""{"version":1,"page":{"exporters":[{"address":"10.0.0.1","domains":[],"minutes":[{"number":1,"share":7}]}]}}""")]
    [InlineData(
        """{"version":1,"page":{"exporters":[{"address":"10.0.0.1","domains":[],"minutes":[],"arrival_offset":-9223372036854775808}]}}""")]
    [InlineData(
        """{"version":1,"page":{"exporters":[{"address":"::2","domains":[],"minutes":[]},{"address":"::1","domains":[],"minutes":[]}]}}""")]
    [InlineData("""{"version":1,"sensor":{"program":"a b","reasons":[]}}""")]
    [InlineData("""{"version":1,"sensor":{"program":"1","reasons":[],"site":"<b>"}}""")]
    [InlineData("""{"version":1,"sensor":{"program":"1","reasons":[null]}}""")]
    [InlineData("""{"version":1,"sensor":{"program":"1","reasons":[],"at":99999999999999999}}""")]
    [InlineData("""{"version":1,"sensor":{"program":"1","reasons":[],"not_read":[{"address":"x","format":"Sflow"}]}}""")]
    public void What_a_sensor_cannot_have_said_is_counted_and_left_out(string json)
    {
        Assert.True(_reports.Take(HeaderOf("site-a"), SensorReport.Topic, Octets(json), Now));

        Assert.True(_reports.Rejected(ReportRejection.Malformed) == 1 || _reports.Sensors.Single().Said is null);
        Assert.Empty(_reports.Sensors.SelectMany(sensor => sensor.Exporters));
    }

    [Fact]
    public void Whatever_octet_of_a_report_is_another_nothing_is_thrown()
    {
        Hear(_heard, "198.51.100.7", Now);
        var page = new ExporterPage(null, null, [.. _heard.Exporters().Select(one => ReportedExporter.Of(one, [new(1, 0.5)]))]);
        var whole = Octets(new SensorReport { Version = 1, Sensor = Said(Now), Page = page });
        for (var place = 0; place < whole.Length; place++)
        {
            foreach (var octet in "\0\"9-,}]\u00ff"u8.ToArray())
            {
                var changed = whole.ToArray();
                changed[place] = octet;
                Assert.True(_reports.Take(HeaderOf("site-a"), SensorReport.Topic, changed, Now));
            }
        }

        Assert.True(_reports.Rejected(ReportRejection.Malformed) > whole.Length);
    }

    [Fact]
    public void Another_version_a_partition_and_one_sensor_too_many_are_counted()
    {
        var report = Octets(new SensorReport { Version = 1, Sensor = Said(Now) });
        _reports.Take(HeaderOf("site-a"), SensorReport.Topic, Octets("""{"version":2}"""), Now);
        _reports.Take(HeaderOf("site-a") with { Partition = 3 }, SensorReport.Topic, report, Now);
        _reports.Take(HeaderOf("site a"), SensorReport.Topic, report, Now);
        for (var i = 0; i <= SensorReports.MostSensors; i++) _reports.Take(HeaderOf($"site-{i}"), SensorReport.Topic, report, Now + i);

        Assert.Equal(
            (1, 2, 1, SensorReports.MostSensors),
            (_reports.Rejected(ReportRejection.UnknownVersion), _reports.Rejected(ReportRejection.NoSensor),
                _reports.Rejected(ReportRejection.TooManySensors), _reports.Sensors.Count()));

        // Who has been silent for a day makes room.
        _reports.Take(HeaderOf("new"), SensorReport.Topic, report, Now + 86_400_000);
        Assert.DoesNotContain(_reports.Sensors, sensor => sensor.Name == "site-0");
        Assert.Contains(_reports.Sensors, sensor => sensor.Name == "new");
    }

    [Fact]
    public void More_exporters_than_there_may_be_are_counted_and_leave_room_when_they_go()
    {
        var all = Enumerable.Range(0, SensorReports.MostExporters + 10).Select(i =>
            new ReportedExporter($"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}", 0, Now, 1, 1, 0, [], [])).ToList();
        Send("site-a", 1, all);
        Assert.Equal((1, SensorReports.MostExporters), (_reports.Rejected(ReportRejection.TooManyExporters), Count()));

        Send("site-a", 2, all[..5]);
        Send("site-b", 1, all[..7]);
        Assert.Equal((1, 12), (_reports.Rejected(ReportRejection.TooManyExporters), Count()));

        int Count() => _reports.Sensors.Sum(sensor => sensor.Exporters.Count);
        void Send(string name, ulong sequence, IReadOnlyList<ReportedExporter> exporters) => _reports.Take(
            HeaderOf(name, sequence), SensorReport.Topic,
            Octets(new SensorReport { Version = 1, Page = new ExporterPage(null, null, exporters) }), Now);
    }

    private static List<ReadOnlyMemory<byte>> Written(SensorReportWriter writer, bool isConfirmed = true, long now = Now)
    {
        List<ReadOnlyMemory<byte>> messages = [.. writer.Write(Said(now))];
        if (isConfirmed) writer.Confirm();
        return messages;
    }

    private void Report(string name, long now = Now + 5_000) =>
        Deliver(_reports, Written(new SensorReportWriter(name, epoch: 1, _heard), now: now), now);
}
