using System.Text.Json;
using System.Text.Json.Serialization;
using RpcCollector.Flows;
using RpcCollector.Names;

namespace RpcCollector.Scale.Names;

/// <summary>
/// What a sensor's logs told of names and logons, as the content of a deed of the topic <see cref="Topic"/> (docs/scale-wire.md). JSON;
/// times are Unix milliseconds.
/// </summary>
internal sealed record ToldNames
{
    public const string Topic = "names";

    /// <summary>Any change that a reader of this version would take for something else is another one.</summary>
    public const int CurrentVersion = 1;

    public required int Version { get; init; }

    public IReadOnlyList<ToldName> Names { get; init; } = [];

    public IReadOnlyList<ToldLogon> Logons { get; init; } = [];

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, ToldNamesJson.Default.ToldNames);

    /// <summary>Null for what is not of the form.</summary>
    public static ToldNames? Read(ReadOnlySpan<byte> content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, ToldNamesJson.Default.ToldNames);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What an address was called at one time.</summary>
/// <param name="Name">Absent for a lease of a machine that gave none.</param>
/// <param name="Holder">Of a lease: the machine, as a hash.</param>
/// <param name="Until">Of a lease: its end.</param>
internal sealed record ToldName(string Address, NameSource Source, string? Name, long Holder, long At, long Until, bool IsFresh)
{
    // Octets of what stands around the text, and of each sign of it at most.
    private const int AroundOctets = 224;
    private const int SignOctets = 6;

    /// <summary>At most so many octets.</summary>
    [JsonIgnore]
    public int MostOctets => AroundOctets + (SignOctets * (Name?.Length ?? 0));

    public static ToldName Of(HostAddress address, NamePeriod told) => new(
        address.ToString(), told.Source, told.Name.Length == 0 ? null : told.Name, told.Holder, told.FirstUnixMilliseconds,
        told.UntilUnixMilliseconds, told.IsFresh);

    /// <summary>False when no log can have told it.</summary>
    public bool TryRead(out HostAddress address, out NamePeriod told)
    {
        told = new NamePeriod(0, Source, Name ?? "", Holder, At, At, Until, IsFresh);
        return HostAddress.TryParse(Address, out address) && ToldLogon.IsOfLogs(Source) && ToldLogon.IsTime(At)
            && (Until == 0 || ToldLogon.IsTime(Until));
    }
}

/// <summary>Logons of one user from a client to a server within an hour.</summary>
/// <param name="Target">The host that a Kerberos ticket is for.</param>
internal sealed record ToldLogon(
    string Client, string Server, NameSource Source, string User, bool? Succeeded, string? Target, long First, long Last)
{
    private const int AroundOctets = 288;
    private const int SignOctets = 6;

    // To the end of the year 9999.
    private const long EndOfTime = 253_402_300_800_000;
    private const long HourMilliseconds = 3_600_000;

    /// <inheritdoc cref="ToldName.MostOctets"/>
    [JsonIgnore]
    public int MostOctets => AroundOctets + (SignOctets * (User.Length + (Target?.Length ?? 0)));

    public static ToldLogon Of(HostAddress client, LogonRow row) => new(
        client.ToString(), row.Server.ToString(), row.Source, row.User, row.Succeeded, row.Target, row.FirstUnixMilliseconds,
        row.LastUnixMilliseconds);

    public static bool IsOfLogs(NameSource source) =>
        source is NameSource.Dhcp or NameSource.Dns or NameSource.Ntlm or NameSource.Kerberos or NameSource.Smb;

    public static bool IsTime(long unixMilliseconds) => unixMilliseconds is > 0 and < EndOfTime;

    /// <inheritdoc cref="ToldName.TryRead"/>
    public bool TryRead(out HostAddress client, out LogonRow told)
    {
        var isServer = HostAddress.TryParse(Server, out var server);
        told = new LogonRow(0, server, User, Source, Succeeded, Target, First, Last);
        return HostAddress.TryParse(Client, out client) && isServer && IsOfLogs(Source) && IsTime(First) && IsTime(Last)
            && Last >= First && First / HourMilliseconds == Last / HourMilliseconds;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    RespectNullableAnnotations = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ToldNames))]
internal sealed partial class ToldNamesJson : JsonSerializerContext;
