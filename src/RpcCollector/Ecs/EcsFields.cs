using System.Globalization;
using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Naming;

namespace RpcCollector.Ecs;

/// <summary>Groups of fields of the Elastic Common Schema that findings and incidents have in common.</summary>
internal static class EcsFields
{
    /// <summary>Of the schema.</summary>
    public const string Version = "8.17.0";

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly long FirstTime = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long LastTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>RFC 3339, UTC, milliseconds.</summary>
    public static string Time(long unixMilliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(unixMilliseconds, FirstTime, LastTime)).UtcDateTime
            .ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static string Id(long id) => id.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The numbers that Elastic's own alerts have.</summary>
    public static int Number(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Critical => 99,
        FindingSeverity.High => 73,
        FindingSeverity.Medium => 47,
        _ => 21,
    };

    /// <summary>0 to 100: the severity, less where it is less sure.</summary>
    public static double Risk(FindingSeverity severity, FindingConfidence confidence) => Math.Round(
        Number(severity) * confidence switch { FindingConfidence.High => 1, FindingConfidence.Medium => 0.8, _ => 0.6 }, 1);

    /// <summary>As many of a list as the detail allows.</summary>
    public static IEnumerable<T> Some<T>(IEnumerable<T> all, EcsDetail detail, int most) => detail switch
    {
        EcsDetail.Full => all.Take(most),
        EcsDetail.Short => all.Take(Math.Min(most, 4)),
        _ => all.Take(1),
    };

    /// <summary>A text as long as the detail allows, never with half a character at its end.</summary>
    public static string Text(string text, EcsDetail detail)
    {
        var most = detail switch { EcsDetail.Full => 8_192, EcsDetail.Short => 600, _ => 160 };
        if (text.Length <= most) return text;
        var end = char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return $"{text[..end]}…";
    }

    public static void Array(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        string[] some = [.. values.Where(value => value.Length > 0).Distinct(StringComparer.Ordinal)];
        if (some.Length == 0) return;
        json.WriteStartArray(name);
        foreach (var value in some) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>source and destination.</summary>
    public static void Host(Utf8JsonWriter json, string name, string address, string? host, int? port)
    {
        json.WriteStartObject(name);
        json.WriteString("address", address);
        json.WriteString("ip", Ip(address));
        if (host is not null) json.WriteString("domain", host);
        if (port is { } number) json.WriteNumber("port", number);
        json.WriteEndObject();
    }

    /// <summary>DOMAIN\user and user@REALM are told apart.</summary>
    public static void User(Utf8JsonWriter json, string? told)
    {
        if (told is null) return;
        var (name, domain) = (told, (string?)null);
        if (told.IndexOf('\\', StringComparison.Ordinal) is > 0 and var slash) (domain, name) = (told[..slash], told[(slash + 1)..]);
        else if (told.LastIndexOf('@') is > 0 and var at) (name, domain) = (told[..at], told[(at + 1)..]);
        json.WriteStartObject("user");
        json.WriteString("name", name);
        if (!string.IsNullOrEmpty(domain)) json.WriteString("domain", domain);
        json.WriteEndObject();
    }

    public static void Head(Utf8JsonWriter json, long atUnixMilliseconds, string message)
    {
        json.WriteString("@timestamp", Time(atUnixMilliseconds));
        json.WriteStartObject("ecs");
        json.WriteString("version", Version);
        json.WriteEndObject();
        json.WriteString("message", message);
    }

    public static void Rule(Utf8JsonWriter json, FindingKind kind)
    {
        var name = KebabCase<FindingKind>.Of(kind);
        json.WriteStartObject("rule");
        json.WriteString("id", name);
        json.WriteString("name", name.Replace('-', ' '));
        json.WriteString("category", "windows-rpc");
        json.WriteString("ruleset", "RpcCollector");
        json.WriteEndObject();
    }

    public static void Threat(Utf8JsonWriter json, IReadOnlyList<string> techniques)
    {
        if (techniques.Count == 0) return;
        json.WriteStartObject("threat");
        json.WriteString("framework", "MITRE ATT&CK");
        if (Tactic.Of(techniques) is { Count: > 0 } tactics)
        {
            json.WriteStartObject("tactic");
            Array(json, "id", tactics.Select(tactic => tactic.Id));
            Array(json, "name", tactics.Select(tactic => tactic.Name));
            json.WriteEndObject();
        }

        json.WriteStartObject("technique");
        Array(json, "id", techniques.Select(technique => technique.Split('.')[0]));
        if (techniques.Any(technique => technique.Contains('.', StringComparison.Ordinal)))
        {
            json.WriteStartObject("subtechnique");
            Array(json, "id", techniques.Where(technique => technique.Contains('.', StringComparison.Ordinal)));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Network(Utf8JsonWriter json, IEnumerable<string> communityIds, bool isDceRpc)
    {
        json.WriteStartObject("network");
        json.WriteString("transport", "tcp");
        if (isDceRpc) json.WriteString("protocol", "dce_rpc");
        Array(json, "community_id", communityIds);
        json.WriteEndObject();
    }

    public static void Observer(Utf8JsonWriter json)
    {
        json.WriteStartObject("observer");
        json.WriteString("vendor", "RpcCollector");
        json.WriteString("product", "RpcCollector");
        json.WriteString("type", "sensor");
        json.WriteString("version", ProductVersion.Text);
        json.WriteString("hostname", Environment.MachineName);
        json.WriteEndObject();
    }

    /// <summary>What a field of the type ip takes: the address as it stands on the network, whichever site that is.</summary>
    public static string Ip(string address) =>
        HostAddress.TryParse(address, out var known) && known.IsOfSite ? known.WithoutSite().ToString() : address;

    public static void Related(Utf8JsonWriter json, IEnumerable<string> addresses, IEnumerable<string> hosts, IEnumerable<string> users)
    {
        json.WriteStartObject("related");
        Array(json, "ip", addresses.Select(Ip));
        Array(json, "hosts", hosts);
        Array(json, "user", users);
        json.WriteEndObject();
    }

    /// <summary>What is told, and of what.</summary>
    /// <param name="action">For event.action.</param>
    /// <param name="identity">For event.id, where nothing has happened to it.</param>
    public static void Event(Utf8JsonWriter json, EcsEvent said, string action, string identity, EcsOccasion? occasion)
    {
        json.WriteStartObject("event");
        json.WriteString("kind", "alert");
        Array(json, "category", ["intrusion_detection", "network"]);
        Array(json, "type", ["info"]);
        json.WriteString("action", action);
        json.WriteString("id", occasion?.Key ?? identity);
        if (occasion is not null) json.WriteNumber("sequence", occasion.Sequence);
        json.WriteNumber("severity", Number(said.Severity));
        json.WriteNumber("risk_score", Risk(said.Severity, said.Confidence));
        json.WriteString("created", Time(said.RecordedUnixMilliseconds));
        json.WriteString("start", Time(said.FirstSeenUnixMilliseconds));
        json.WriteString("end", Time(said.LastSeenUnixMilliseconds));
        json.WriteString("reason", said.Reason);
        json.WriteString("url", said.Url);
        json.WriteString("provider", "RpcCollector");
        json.WriteString("module", "rpc_collector");
        json.WriteString("dataset", said.DataSet);
        json.WriteEndObject();
    }
}

/// <summary>What findings and incidents both say of themselves.</summary>
internal sealed record EcsEvent(
    string DataSet, FindingSeverity Severity, FindingConfidence Confidence, long RecordedUnixMilliseconds, long FirstSeenUnixMilliseconds,
    long LastSeenUnixMilliseconds, string Reason, string Url);
