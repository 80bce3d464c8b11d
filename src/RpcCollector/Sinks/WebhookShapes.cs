using System.Buffers;
using System.Text;
using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Ecs;
using RpcCollector.Naming;
using RpcCollector.Options;

namespace RpcCollector.Sinks;

/// <summary>The body of a webhook, in the shape that its receiver reads.</summary>
internal static class WebhookShapes
{
    // No receiver that we know takes less; a document is a few KiB.
    private const int MostBytes = 256 * 1024;
    private const int MostText = 1_500;

    public static byte[] Body(WebhookFormat format, SinkMessage message, SinkTexts texts) => format switch
    {
        WebhookFormat.Slack => Written(json => json.WriteString("text", Lines(message, texts, bold: "*", EscapedForSlack, SlackLink))),
        WebhookFormat.Mattermost => Written(json =>
            json.WriteString("text", Lines(message, texts, bold: "**", EscapedForMarkdown, link => $"[Open]({link})"))),
        WebhookFormat.Teams => Written(json => Card(json, message, texts)),
        WebhookFormat.Thehive => Written(json => Alert(json, message, texts)),
        _ => texts.Ecs(message, MostBytes),
    };

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static string Lines(
        SinkMessage message, SinkTexts texts, string bold, Func<string, string> escaped, Func<string, string> linked)
    {
        var lines = new List<string>
        {
            $"{bold}{escaped(SinkTexts.Headline(message))}{bold}",
            escaped(Cut(texts.Title(message))),
            escaped(Cut(texts.Reason(message))),
        };
        if (texts.Techniques(message) is { Count: > 0 } techniques) lines.Add(escaped($"ATT&CK: {string.Join(", ", techniques)}"));
        if (texts.Next(message) is { Length: > 0 } next) lines.Add(escaped($"Next: {Cut(next)}"));
        if (texts.Link(message) is { } link) lines.Add(linked(link));
        return string.Join('\n', lines);
    }

    // An Adaptive Card, as the workflow "when a Teams webhook request is received" takes it.
    private static void Card(Utf8JsonWriter json, SinkMessage message, SinkTexts texts)
    {
        json.WriteString("type", "message");
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteString("contentType", "application/vnd.microsoft.card.adaptive");
        json.WriteNull("contentUrl");
        json.WriteStartObject("content");
        json.WriteString("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
        json.WriteString("type", "AdaptiveCard");
        json.WriteString("version", "1.4");
        json.WriteStartArray("body");
        Block(SinkTexts.Headline(message), isHead: true);
        Block(texts.Title(message));
        Block(texts.Reason(message));
        if (texts.Techniques(message) is { Count: > 0 } techniques) Block($"ATT&CK: {string.Join(", ", techniques)}");
        if (texts.Next(message) is { Length: > 0 } next) Block($"Next: {next}");
        json.WriteEndArray();
        if (texts.Link(message) is { } link)
        {
            json.WriteStartArray("actions");
            json.WriteStartObject();
            json.WriteString("type", "Action.OpenUrl");
            json.WriteString("title", "Open");
            json.WriteString("url", link);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();

        void Block(string text, bool isHead = false)
        {
            json.WriteStartObject();
            json.WriteString("type", "TextBlock");
            json.WriteString("text", EscapedForMarkdown(Cut(text)));
            json.WriteBoolean("wrap", true);
            if (isHead) json.WriteString("weight", "Bolder");
            json.WriteEndObject();
        }
    }

    // POST /api/v1/alert of TheHive 5: an alert is known by its type, source and reference.
    private static void Alert(Utf8JsonWriter json, SinkMessage message, SinkTexts texts)
    {
        json.WriteString("type", message.IsTest ? "test" : "rpc-incident");
        json.WriteString("source", $"RpcCollector on {Environment.MachineName}");
        json.WriteString("sourceRef", message.IsTest ? message.Key : EcsFields.Id(message.Id));
        json.WriteString("title", Cut(texts.Title(message)));
        json.WriteString(
            "description", Lines(message, texts, bold: "**", EscapedForMarkdown, link => $"[Open]({link})"));
        json.WriteNumber(
            "severity", message.Severity switch
            {
                FindingSeverity.Critical => 4,
                FindingSeverity.High => 3,
                FindingSeverity.Medium => 2,
                _ => 1,
            });
        json.WriteNumber("date", message.AtUnixMilliseconds);
        EcsFields.Array(
            json, "tags",
            [.. texts.Techniques(message), .. message.Incident?.Kinds.Select(KebabCase<FindingKind>.Of) ?? [], "RpcCollector"]);
        if (texts.Link(message) is { } link) json.WriteString("externalLink", link);
        json.WriteStartArray("observables");
        foreach (var address in message.Incident is { } incident
            ? incident.Acts.Select(act => act.Client.Address).Concat(incident.Servers.Select(server => server.Address)).Distinct().Take(32)
            : [])
        {
            json.WriteStartObject();
            json.WriteString("dataType", "ip");
            json.WriteString("data", address.WithoutSite().ToString());
            if (address.TryGetSite(out var site)) json.WriteString("message", $"at the site {site}");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Cut(string text)
    {
        if (text.Length <= MostText) return text;
        var end = char.IsHighSurrogate(text[MostText - 2]) ? MostText - 2 : MostText - 1;
        return $"{text[..end]}…";
    }

    // Names of hosts and users are chosen by others: none of them is to become a link, a mention or a format.
    private static string EscapedForSlack(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);

    private static string SlackLink(string link) => $"<{link}|Open>";

    private static string EscapedForMarkdown(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var sign in text)
        {
            if (sign is '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '#' or '|' or '~' or '!') escaped.Append('\\');
            escaped.Append(sign);

            // A mention is one word with its @: @all is none when something without width is between.
            if (sign == '@') escaped.Append('\u200B');
        }

        return escaped.ToString();
    }
}
