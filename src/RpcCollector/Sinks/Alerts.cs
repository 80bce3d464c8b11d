using System.Buffers;
using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Ecs;
using RpcCollector.Naming;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Sinks;

/// <summary>What tells an alert from all others: an incident has one at a time.</summary>
/// <remarks>
/// As the delivered alert rules have it, so that the same routes fit: an incident that grows, or a host whose name becomes known, changes
/// what is said and makes no other alert. One whose severity crosses from medium to high is another alert, and the first ends with it.
/// </remarks>
internal readonly record struct AlertLabels(string AlertName, string Incident, string Severity, string Client)
{
    public static AlertLabels Of(StoredIncident incident)
    {
        var client = incident.Acts.Count > 0 ? incident.Acts[0].Client : default(IncidentHost);
        var (name, severity) = incident.Severity switch
        {
            FindingSeverity.Critical or FindingSeverity.High => ("RpcIncident", "critical"),
            FindingSeverity.Medium => ("RpcIncidentMedium", "warning"),
            _ => ("RpcIncidentLow", "info"),
        };
        return new AlertLabels(name, EcsFields.Id(incident.Id), severity, client.Address.ToString());
    }

    /// <summary>As they are kept: none of them can hold a blank.</summary>
    public override string ToString() => $"{AlertName} {Incident} {Severity} {Client}";

    public static bool TryParse(string text, out AlertLabels labels)
    {
        labels = default;
        if (text.Split(' ') is not [var name, var incident, var severity, var client]) return false;
        labels = new AlertLabels(name, incident, severity, client);
        return true;
    }
}

/// <summary>One alert of Alertmanager's API, version 2.</summary>
/// <param name="Message">What it says; null where the store does not have the incident any more.</param>
internal sealed record Alert(AlertLabels Labels, long StartsUnixMilliseconds, long EndsUnixMilliseconds, SinkMessage? Message)
{
    // Templates and receivers carry these texts on.
    private const int MostText = 1_000;

    public static byte[] Body(IReadOnlyCollection<Alert> alerts, SinkTexts texts)
    {
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var alert in alerts) alert.Write(json, texts);
            json.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void Write(Utf8JsonWriter json, SinkTexts texts)
    {
        json.WriteStartObject();
        json.WriteStartObject("labels");
        json.WriteString("alertname", Labels.AlertName);
        json.WriteString("incident", Labels.Incident);
        json.WriteString("severity", Labels.Severity);
        json.WriteString("client", Labels.Client);
        json.WriteEndObject();
        if (Message is not null) Annotate(json, Message, texts);
        json.WriteString("startsAt", EcsFields.Time(StartsUnixMilliseconds));
        json.WriteString("endsAt", EcsFields.Time(Math.Max(StartsUnixMilliseconds, EndsUnixMilliseconds)));
        if (Message is not null && texts.Link(Message) is { } link) json.WriteString("generatorURL", link);
        json.WriteEndObject();
    }

    private static void Annotate(Utf8JsonWriter json, SinkMessage message, SinkTexts texts)
    {
        json.WriteStartObject("annotations");
        Annotation("summary", texts.Title(message));
        Annotation("description", texts.Reason(message));
        Annotation("techniques", string.Join(' ', texts.Techniques(message)));
        Annotation("next", texts.Next(message));
        Annotation("severity", KebabCase<FindingSeverity>.Of(message.Severity));
        if (message.Incident is { } incident)
        {
            Annotation("confidence", KebabCase<FindingConfidence>.Of(incident.Confidence));
            Annotation("state", KebabCase<IncidentState>.Of(incident.State));
        }

        Annotation("link", texts.Link(message) ?? "");
        json.WriteEndObject();

        void Annotation(string name, string text)
        {
            if (text.Length > 0) json.WriteString(name, text.Length <= MostText ? text : $"{text[..(MostText - 1)]}…");
        }
    }
}
