using System.Buffers;
using System.Text.Json;
using RpcCollector.Flows.Elements;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Exporters;

/// <summary>Writes the exporters of a catalog in the form of <see cref="SavedCatalog"/>, one after the other, without making objects of them.</summary>
/// <remarks>What is 0, false or absent is left out. Templates of one layout share their fields' text: there are far fewer layouts than Templates.</remarks>
internal sealed class SavedExportersWriter : IDisposable
{
    // So many octets are written at once.
    private const int Block = 1 << 16;

    // The texts of so many layouts are kept.
    private const int MostLayouts = 1024;

    private readonly Utf8JsonWriter _writer;
    private readonly Dictionary<RecordPlan, byte[]> _fields = [];

    private SavedExportersWriter(Stream stream) => _writer = new Utf8JsonWriter(stream, new JsonWriterOptions { SkipValidation = true });

    public static void Write(Stream stream, IEnumerable<Exporter> exporters)
    {
        using var writer = new SavedExportersWriter(stream);
        writer.Write(exporters);
    }

    public void Dispose() => _writer.Dispose();

    private void Write(IEnumerable<Exporter> exporters)
    {
        _writer.WriteStartObject();
        _writer.WriteNumber("version"u8, SavedCatalog.CurrentVersion);
        _writer.WriteStartArray("exporters"u8);
        foreach (var exporter in exporters)
        {
            Write(exporter);
            if (_writer.BytesPending >= Block) _writer.Flush();
        }

        _writer.WriteEndArray();
        _writer.WriteEndObject();
    }

    private void Write(Exporter exporter)
    {
        _writer.WriteStartObject();
        _writer.WriteString("address"u8, exporter.Address.ToString());
        Write("first_seen"u8, exporter.FirstSeenUnixMilliseconds);
        _writer.WriteStartArray("domains"u8);
        foreach (var domain in exporter.Domains) Write(domain);
        _writer.WriteEndArray();
        _writer.WriteStartArray("sessions"u8);
        foreach (var session in exporter.Sessions) Write(session);
        _writer.WriteEndArray();
        _writer.WriteStartArray("templates"u8);
        foreach (var (key, template) in exporter.Templates)
        {
            if (!template.EndsWithSession) Write(key, template);
        }

        _writer.WriteEndArray();
        _writer.WriteEndObject();
    }

    private void Write(ObservationDomain domain)
    {
        _writer.WriteStartObject();
        Write("version"u8, domain.Version);
        Write("id"u8, domain.Id);
        Write("last_seen"u8, domain.LastSeenUnixMilliseconds);
        Write("system_init"u8, domain.SystemInitUnixMilliseconds);
        Write("sampling"u8, domain.SamplingInterval);
        _writer.WriteEndObject();
    }

    private void Write(SessionDomain session)
    {
        _writer.WriteStartObject();
        Write("exporter_port"u8, session.Key.ExporterPort);
        Write("collector_port"u8, session.Key.CollectorPort);
        Write("version"u8, session.Key.Version);
        Write("domain"u8, session.Key.ObservationDomainId);
        Write("last_seen"u8, session.LastSeenUnixMilliseconds);
        Write("system_init"u8, session.SystemInitUnixMilliseconds);
        Write("sampling"u8, session.SamplingInterval);
        if (session.HasNoSystemInit) _writer.WriteBoolean("has_no_system_init"u8, true);
        if (session.Clock.EstimateUnixMilliseconds != 0)
        {
            _writer.WriteStartObject("clock"u8);
            Write("anchor"u8, session.Clock.AnchorUnixMilliseconds);
            Write("estimate"u8, session.Clock.EstimateUnixMilliseconds);
            Write("up_time"u8, session.Clock.LastUpTimeMilliseconds);
            _writer.WriteEndObject();
        }

        _writer.WriteEndObject();
    }

    private void Write(in TemplateKey key, Template template)
    {
        _writer.WriteStartObject();
        Write("exporter_port"u8, key.ExporterPort);
        Write("collector_port"u8, key.CollectorPort);
        Write("version"u8, key.Version);
        Write("domain"u8, key.ObservationDomainId);
        Write("id"u8, key.TemplateId);
        if (template.IsOptions) _writer.WriteBoolean("is_options"u8, true);
        Write("first_received"u8, template.FirstReceivedUnixMilliseconds);
        Write("last_received"u8, template.LastReceivedUnixMilliseconds);
        Write("last_used"u8, template.LastUsedUnixMilliseconds);
        Write("data_records"u8, template.DataRecords);
        _writer.WritePropertyName("fields"u8);
        _writer.WriteRawValue(FieldsOf(template.Plan), skipInputValidation: true);
        _writer.WriteEndObject();
    }

    private void Write(ReadOnlySpan<byte> name, long number)
    {
        if (number != 0) _writer.WriteNumber(name, number);
    }

    private byte[] FieldsOf(RecordPlan plan)
    {
        if (_fields.TryGetValue(plan, out var known)) return known;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var field in plan.Fields) Write(writer, field);
            writer.WriteEndArray();
        }

        // Forged layouts can only empty it.
        if (_fields.Count >= MostLayouts) _fields.Clear();
        return _fields[plan] = buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, in FieldSpecifier field)
    {
        writer.WriteNumberValue(field.ElementId);
        writer.WriteNumberValue(field.Length);
        writer.WriteNumberValue(field.EnterpriseNumber);
        writer.WriteNumberValue(field.IsScope ? 1 : 0);
    }
}
