using System.ComponentModel;
using System.Text.Json.Serialization;
using RpcCollector.Detection;
using RpcCollector.Flows.Exporters;
using RpcCollector.Names;
using RpcCollector.Naming;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>An activity in JSON: what the API and replay have in common, in the order in which they write it.</summary>
internal record ActivityJson
{
    [Description("Which rule joined the two flows: car, extended, known-endpoint or mapper-only.")]
    [JsonPropertyOrder(1)]
    public required string Basis { get; init; }

    [JsonPropertyOrder(2)]
    public required string Client { get; init; }

    [JsonPropertyOrder(3)]
    public required string Server { get; init; }

    [Description("The flow to TCP 135; absent when the basis is known-endpoint.")]
    [JsonPropertyOrder(4)]
    public MapperFlowJson? Mapper { get; init; }

    [Description("The flow to the endpoint; absent when the basis is mapper-only.")]
    [JsonPropertyOrder(5)]
    public EndpointFlowJson? Endpoint { get; init; }

    [Description("Addresses of the exporters that saw either flow.")]
    [JsonPropertyOrder(6)]
    public required IReadOnlyList<string> Exporters { get; init; }

    [Description(
        "How much of what its least complete exporter sent in the minute of the endpoint flow could be used, from 0 to 1; absent when " +
        "not known.")]
    [JsonPropertyOrder(9)]
    public double? Completeness { get; init; }

    [Description("True when an exporter that saw it samples packets, so that related flows were probably missed.")]
    [JsonPropertyOrder(10)]
    public bool Sampled { get; init; }

    [Description(
        "RPC interfaces that the endpoint is known to carry, such as drsuapi, lsarpc, netlogon and samr; absent when none is known.")]
    [JsonPropertyOrder(11)]
    public IReadOnlyList<string>? Interfaces { get; init; }

    [Description("True when a firewall or an access list refused the mapper flow, as its exporter states; absent otherwise.")]
    [JsonPropertyOrder(12)]
    public bool? Refused { get; init; }

    [Description(
        "What the ends are called on the other side of a device that translated addresses: the client as the server sees it, the server " +
        "as the client addressed it. Absent when no device says that it did.")]
    [JsonPropertyOrder(13)]
    public TranslatedJson? Translated { get; init; }

    [Description(
        "What the client was called when it began; absent when nothing names it. Names come from the network: text, and no proof.")]
    [JsonPropertyOrder(14)]
    public string? ClientName { get; init; }

    [Description("Who says so: file, dhcp, dns, ntlm, kerberos, smb or reverse-dns.")]
    [JsonPropertyOrder(15)]
    public string? ClientNameSource { get; init; }

    [Description("As client_name.")]
    [JsonPropertyOrder(16)]
    public string? ServerName { get; init; }

    [Description("As client_name_source.")]
    [JsonPropertyOrder(17)]
    public string? ServerNameSource { get; init; }

    protected static TranslatedJson? TranslatedOf(TranslatedEnds? ends) => ends is { } known
        ? new TranslatedJson(
            known.HasClient ? known.Client.ToString() : null, known.HasClient ? known.ClientPort : null,
            known.HasServer ? known.Server.ToString() : null, known.HasServer ? known.ServerPort : null)
        : null;

    protected static IReadOnlyList<string>? NamesOf(RpcInterfaces interfaces) =>
        interfaces == RpcInterfaces.None ? null : [.. RpcInterfaceNames.Of(interfaces)];

    protected static MapperFlowJson? MapperOf(FlowSpan? flow) => flow is { } mapper
        ? new MapperFlowJson(
            mapper.ClientPort, UtcMilliseconds.From(mapper.StartUnixMilliseconds), UtcMilliseconds.From(mapper.EndUnixMilliseconds))
        : null;

    protected static EndpointFlowJson? EndpointOf(FlowSpan? flow) => flow is { } endpoint
        ? new EndpointFlowJson(
            endpoint.ClientPort, endpoint.ServerPort, UtcMilliseconds.From(endpoint.StartUnixMilliseconds),
            UtcMilliseconds.From(endpoint.EndUnixMilliseconds))
        : null;
}

/// <summary>An activity as a line of replay.</summary>
internal sealed record ActivityLineJson : ActivityJson
{
    [JsonPropertyOrder(0)]
    public string Type { get; } = "activity";

    /// <summary>Absent when unsampled or unknown.</summary>
    [JsonPropertyOrder(7)]
    public uint? SamplingInterval { get; init; }

    public static ActivityLineJson From(in RpcActivity activity, ExporterCatalog catalog) => new()
    {
        Basis = BasisName.Of(activity.Basis),
        Client = activity.Client.ToString(),
        Server = activity.Server.ToString(),
        Mapper = MapperOf(activity.Mapper),
        Endpoint = EndpointOf(activity.Endpoint),
        Exporters = activity.Exporters.NamesIn(catalog.Directory),
        SamplingInterval = activity.SamplingInterval > 1 ? activity.SamplingInterval : null,
        Completeness = ActivityCompleteness.Of(activity, catalog),
        Sampled = activity.SamplingInterval > 1,
        Interfaces = NamesOf(activity.Interfaces),
        Refused = activity.IsRefused ? true : null,
        Translated = TranslatedOf(activity.Translated),
    };
}

/// <summary>An activity as the API shows it.</summary>
internal sealed record ActivityItemJson : ActivityJson
{
    [Description("Stays the same when the activity is revised, but for a sighting that began earlier than all before: then the activity is "
        + "withdrawn, and added under another id. Text, because a JavaScript number cannot hold 64 bits.")]
    [JsonPropertyOrder(0)]
    public required string Id { get; init; }

    [Description("Sampling interval, the coarser of the two flows: one packet in this many; 1 is unsampled, 0 unknown.")]
    [JsonPropertyOrder(7)]
    public required uint SamplingInterval { get; init; }

    [Description("When this appliance recorded the activity, by its own clock.")]
    [JsonPropertyOrder(8)]
    public required DateTimeOffset RecordedAt { get; init; }

    // The last millisecond of the year 9999: everything that is known was learned before.
    private const long LatestTime = 253_402_300_799_999;

    /// <param name="known">What is known about endpoints now; it is shown for an activity even if it was learned later.</param>
    public static ActivityItemJson From(StoredActivity activity, IKnownEndpoints known, NameBook names)
    {
        var (client, server) =
            (names.Find(activity.Client, activity.StartUnixMilliseconds), names.Find(activity.Server, activity.StartUnixMilliseconds));
        return new ActivityItemJson
        {
            Id = activity.Id.ToString("x16"),
            Basis = BasisName.Of(activity.Basis),
            Client = activity.Client.ToString(),
            Server = activity.Server.ToString(),
            Mapper = MapperOf(activity.Mapper),
            Endpoint = EndpointOf(activity.Endpoint),
            Exporters = activity.Exporters,
            SamplingInterval = activity.SamplingInterval,
            Completeness = activity.Completeness,
            Sampled = activity.SamplingInterval > 1,
            RecordedAt = UtcMilliseconds.From(activity.RecordedUnixMilliseconds),
            Interfaces = activity.Endpoint is { } endpoint
                && known.TryFind(activity.Server, endpoint.ServerPort, LatestTime, out var interfaces) ? NamesOf(interfaces) : null,
            Refused = activity.IsRefused ? true : null,
            Translated = TranslatedOf(activity.Translated),
            ClientName = client?.Name,
            ClientNameSource = FindingJson.SourceOf(client),
            ServerName = server?.Name,
            ServerNameSource = FindingJson.SourceOf(server),
        };
    }
}

/// <summary>The flow to the endpoint mapper.</summary>
internal sealed record MapperFlowJson(int ClientPort, DateTimeOffset Start, DateTimeOffset End);

/// <summary>The flow to the endpoint.</summary>
internal sealed record EndpointFlowJson(int ClientPort, int ServerPort, DateTimeOffset Start, DateTimeOffset End);

/// <summary>Other addresses and ports of a connection's ends; an end that was not translated is absent.</summary>
internal sealed record TranslatedJson(string? Client, int? ClientPort, string? Server, int? ServerPort);
