using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using RpcCollector.Options;

namespace RpcCollector.Metrics;

/// <summary>Has the OpenTelemetry SDK aggregate the instruments, for scrapes and, when an address is set, for OTLP push.</summary>
internal sealed class MetricsScraper : IDisposable
{
    private readonly PullExporter _exporter = new();
    private readonly MeterProvider _provider;

    public MetricsScraper(MetricsOptions options, Instruments instruments)
    {
        var builder = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateDefault().AddService("rpc-collector", serviceVersion: Instruments.Version))
            .AddMeter(Instruments.MeterName)

            // Meters are known by name to the whole process: another appliance in it (a test) shall not be shown here.
            .AddView(instrument => instrument.Meter == instruments.Meter ? null : MetricStreamConfiguration.Drop)
            .AddReader(new BaseExportingMetricReader(_exporter));
        if (options.OtlpEndpoint is { } endpoint)
        {
            builder.AddOtlpExporter(otlp =>
            {
                otlp.Endpoint = endpoint;
                otlp.Protocol = endpoint.AbsolutePath.EndsWith("/v1/metrics", StringComparison.Ordinal) ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
            });
        }

        _provider = builder.Build();
    }

    public byte[] Scrape(ExpositionFormat format) => _exporter.Scrape(format);

    public void Dispose() => _provider.Dispose();
}
