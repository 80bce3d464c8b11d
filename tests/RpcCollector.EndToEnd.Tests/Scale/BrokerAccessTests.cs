using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RpcCollector.Detection.Wire;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.EndToEnd.Tests.Scale;

/// <summary>A broker with TLS and users, as docs/scale-out.md describes it.</summary>
public sealed class BrokerAccessTests : IDisposable
{
    // A pair of the NATS project's documentation; it guards nothing.
    private const string Seed = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";
    private const string Key = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _ofSensor = new();

    public void Dispose()
    {
        _folder.Dispose();
        _ofSensor.Dispose();
    }

    [Fact]
    public async Task Sensor_that_may_only_append_works_over_TLS_by_its_nkey_beside_a_judge_with_a_password()
    {
        WriteCertificate();
        await using var broker = await NatsServer.StartAsync(
            _folder,
            $$"""
            tls { cert_file: "{{_folder.PathOf("cert.pem")}}", key_file: "{{_folder.PathOf("key.pem")}}" }
            authorization { users: [
              { nkey: {{Key}}, permissions: {
                  publish: ["FLOW.*.sensor.site-a", "ACT.told.site-a", "$JS.API.STREAM.INFO.*"], subscribe: ["_INBOX.>"] } }
              { user: judge, password: "a:b" }
            ] }
            """);
        string[] common = [$"--Scale:Nats:Urls:0={broker.Url}", $"--Scale:Nats:CaFile={_folder.PathOf("cert.pem")}"];
        await WriteAsync("user", "judge:a:b\n");
        await WriteAsync("seed", Seed + "\n");

        await using var judge = await LiveCollector.StartAsync(
            _folder, ["--Scale:Role=judge", $"--Scale:Nats:UserFile={_folder.PathOf("user")}", .. common]);
        await using var sensor = await LiveCollector.StartAsync(
            _ofSensor, ["--Scale:Role=sensor", "--Scale:Name=site-a", $"--Scale:Nats:SeedFile={_folder.PathOf("seed")}", .. common]);
        using var exporter = new LoopbackExporter("127.0.0.9");
        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.1", "10.0.1.1");

        await judge.UntilAsync(() => judge.ActivitiesAsync("&basis=car"), found => found.Count == 1);
    }

    [Fact]
    public async Task Broker_whose_certificate_is_of_another_authority_is_not_trusted()
    {
        WriteCertificate();
        await using var broker = await NatsServer.StartAsync(
            _folder, $$"""tls { cert_file: "{{_folder.PathOf("cert.pem")}}", key_file: "{{_folder.PathOf("key.pem")}}" }""");
        using var other = new TemporaryFolder();
        WriteCertificate(other);
        await using var process = CollectorProgram.Start(
            ["run", .. LiveCollector.Settings(_ofSensor, FreePort.Udp(), FreePort.Tcp()), "--Scale:Role=sensor",
                $"--Scale:Nats:Urls:0={broker.Url}", $"--Scale:Nats:CaFile={other.PathOf("cert.pem")}"]);

        await Eventually.Async(
            () => Task.FromResult(process.Transcript),
            text => text.Contains("The broker is away", StringComparison.Ordinal)
                && text.Contains("certificate", StringComparison.OrdinalIgnoreCase),
            () => process.Transcript);

        Assert.DoesNotContain("writes flow starts", process.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sensor_that_says_what_follows_from_partitions_neither_silences_them_nor_moves_the_judges_clock()
    {
        await using var broker = await NatsServer.StartAsync(_folder);
        await using var judge = await LiveCollector.StartAsync(
            _folder, "--Scale:Role=judge", $"--Scale:Nats:Urls:0={broker.Url}");
        await using var sensor = await LiveCollector.StartAsync(
            _ofSensor, "--Scale:Role=sensor", $"--Scale:Nats:Urls:0={broker.Url}");
        using var exporter = new LoopbackExporter("127.0.0.9");
        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.1", "10.0.1.1");
        await judge.UntilAsync(() => judge.ActivitiesAsync("&basis=car"), found => found.Count == 1);

        // Where it may append, that all was taken up to an offset that is never reached, at a time that is never reached either.
        const int partitions = 16;
        var never = DateTimeOffset.UtcNow.AddYears(9).ToUnixTimeMilliseconds();
        for (ushort partition = 0; partition < partitions; partition++)
            await broker.PublishAsync(
                "ACT.told.x",
                new ActMessageWriter("x", partition, epoch: 0, new ExporterDirectory()).Finish(ulong.MaxValue - 1, never).ToArray());
        await judge.UntilAsync(
            async () => (await judge.MetricsAsync()).Sum("rpc_collector_log_judge_refused_messages_total"),
            refused => refused == partitions);

        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.2", "10.0.1.2");
        await judge.UntilAsync(() => judge.ActivitiesAsync("&basis=car"), found => found.Count == 2);
        await judge.UntilAsync(
            () => judge.TextAsync("/api/v1/findings"), findings => findings.Contains("10.0.0.2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sensor_that_was_taken_over_silences_no_other_one_however_far_ahead_it_forges_that_ones_batches_and_reports()
    {
        await using var broker = await NatsServer.StartAsync(_folder);
        await using var judge = await LiveCollector.StartAsync(_folder, "--Scale:Role=judge", $"--Scale:Nats:Urls:0={broker.Url}");
        await using var sensor = await LiveCollector.StartAsync(
            _ofSensor, "--Scale:Role=sensor", "--Scale:Name=site-b", $"--Scale:Nats:Urls:0={broker.Url}");
        using var exporter = new LoopbackExporter("127.0.0.9");
        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.1", "10.0.1.1");
        await JoinedAsync(judge, 1);

        // In site-b's name, of another start, which would make what site-b says one of before: batches and reports of numbers that it never
        // reaches; and known endpoints of a version that no judge does.
        const int partitions = 16;
        for (ushort partition = 0; partition < partitions; partition++)
        {
            var ahead = new FlowBatchWriter("site-b", null, epoch: 1, partition, new ExporterDirectory());
            var own = $"FLOW.{partition}.sensor.site-a";
            await broker.PublishAsync(own, ahead.Finish(ulong.MaxValue / 2, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).ToArray());
            await broker.PublishAsync(own, KnownEndpoints(version: ulong.MaxValue - 1));
        }

        foreach (var source in (string[])["site-b", "site-b/logs"])
        {
            var ahead = new ActMessageWriter(source, ActHeader.NoPartition, epoch: 1, new ExporterDirectory());
            await broker.PublishAsync("ACT.told.site-a", ahead.Finish(ulong.MaxValue - 1, 0).ToArray());
        }

        var refused = await judge.UntilAsync(
            judge.MetricsAsync,
            metrics => metrics.Sum("rpc_collector_log_refused_batches_total") >= 2 * partitions
                && metrics.Sum("rpc_collector_log_judge_refused_messages_total") >= 2);
        Assert.Equal(2 * partitions, refused.Sum("rpc_collector_log_refused_batches_total"));
        Assert.Equal(2, refused.Sum("rpc_collector_log_judge_refused_messages_total"));

        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.2", "10.0.1.2");
        await JoinedAsync(judge, 2);
        Assert.Equal(0, (await judge.MetricsAsync()).Sum("rpc_collector_log_lost_batches_total"));
        Assert.Equal(0, (await judge.MetricsAsync()).Sum("rpc_collector_log_repeated_batches_total"));
    }

    [Fact]
    public async Task Streams_of_a_former_version_are_brought_up_to_date_and_what_stands_in_them_is_passed_over()
    {
        await using var broker = await NatsServer.StartAsync(_folder);
        var partitions = Enumerable.Range(0, 16);
        foreach (var (stream, subjects) in ((string, IEnumerable<string>)[])
            [("FLOW", partitions.Select(number => $"FLOW.{number}")),
                ("ACT", partitions.Select(number => $"ACT.{number}").Concat(["ACT.told", "ACT.said"]))])
        {
            await broker.PublishAsync(
                $"$JS.API.STREAM.CREATE.{stream}",
                $$"""
                {"name":"{{stream}}","subjects":[{{string.Join(',', subjects.Select(subject => $"\"{subject}\""))}}],"retention":"limits",
                "storage":"file","discard":"old","num_replicas":1,"max_consumers":-1,"max_msgs":-1,"max_bytes":-1,"max_age":0}
                """);
        }

        await broker.PublishAsync(
            "FLOW.0", new FlowBatchWriter("site-a", null, 1, 0, new ExporterDirectory()).Finish(0, 1_800_000_000_000).ToArray());
        await broker.PublishAsync(
            "ACT.told", new ActMessageWriter("site-a", ActHeader.NoPartition, 1, new ExporterDirectory()).Finish(1, 0).ToArray());

        // A sensor that comes first waits for the judge.
        await using var sensor = await LiveCollector.StartUnreadyAsync(
            _ofSensor, "--Scale:Role=sensor", "--Scale:Name=site-a", $"--Scale:Nats:Urls:0={broker.Url}");
        await sensor.UntilAsync(() => sensor.StatusAsync("/readyz"), status => status == HttpStatusCode.ServiceUnavailable);
        await using var judge = await LiveCollector.StartAsync(_folder, "--Scale:Role=judge", $"--Scale:Nats:Urls:0={broker.Url}");
        using var exporter = new LoopbackExporter("127.0.0.9");
        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.1", "10.0.1.1");

        await judge.UntilAsync(() => judge.ActivitiesAsync("&basis=car"), found => found.Count == 1);
        var metrics = await judge.MetricsAsync();
        Assert.Equal(1, metrics.Sum("rpc_collector_log_judge_refused_messages_total"));
        Assert.Equal(0, metrics.Sum("rpc_collector_log_lost_batches_total"));
        Assert.Equal(0, metrics.Sum("rpc_collector_log_refused_batches_total"));
    }

    private static Task<IReadOnlyList<Activity>> JoinedAsync(LiveCollector judge, int count) =>
        judge.UntilAsync(() => judge.ActivitiesAsync("&basis=car"), found => found.Count == count);

    private static byte[] KnownEndpoints(ulong version)
    {
        var writer = new ActMessageWriter("judge", ActHeader.NoPartition, version, new ExporterDirectory());
        Assert.True(writer.TryAdd("known-endpoints", []));
        return writer.Finish(version, 0).ToArray();
    }

    private void WriteCertificate(TemporaryFolder? folder = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=broker", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText((folder ?? _folder).PathOf("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText((folder ?? _folder).PathOf("key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    private Task WriteAsync(string name, string text) =>
        File.WriteAllTextAsync(_folder.PathOf(name), text, TestContext.Current.CancellationToken);
}
