using System.ComponentModel.DataAnnotations;

namespace RpcCollector.Flows;

/// <summary>Settings of the path from datagram to flow start.</summary>
public sealed class FlowOptions : IValidatableObject
{
    [Setting(
        "How many exporters are known at once; beyond that, those that sent nothing decodable, or only briefly, make room for new ones " +
        "(rpc_collector_displaced_total), and never one that has sent decodable data for an hour.", Minimum = 1,
        Maximum = 1_000_000)]
    public int MaxExporters { get; set; } = 16_384;

    [Setting(
        "How many Templates one exporter may have; beyond that, those that were never used make room, and further ones are rejected as " +
        "too_many_templates.", Minimum = 1, Maximum = 65_536)]
    public int MaxTemplatesPerExporter { get; set; } = 1_024;

    [Setting(
        "How many Templates all exporters may have together, and a quarter of them one network of new ones; beyond that, who holds most " +
        "makes room, or further ones are rejected as too_many_templates.", Minimum = 1,
        Maximum = 10_000_000)]
    public int MaxTemplates { get; set; } = 65_536;

    [Setting(
        "How many Observation Domains one exporter may have; beyond that, those of little use make room for new ones, and never one that " +
        "has sent decodable data for an hour and still sends.", Minimum = 1,
        Maximum = 65_536)]
    public int MaxDomainsPerExporter { get; set; } = 256;

    [Setting(
        "How many Transport Sessions of one exporter are followed at once, each with its clock and sequence; beyond that, one of little " +
        "use that has been silent longest is forgotten.", Minimum = 1, Maximum = 65_536)]
    public int MaxSessionsPerExporter { get; set; } = 256;

    [Setting(
        "How many Transport Sessions all exporters may have together; beyond that, an exporter's new session replaces its own one that " +
        "has been silent longest, and each exporter may always have one.", Minimum = 1, Maximum = 10_000_000)]
    public int MaxSessions { get; set; } = 65_536;

    [Setting("How many fields a Template may have; larger ones are rejected as too_many_fields.", Minimum = 1, Maximum = 16_384)]
    public int MaxFieldsPerTemplate { get; set; } = 512;

    /// <summary>The lowest port of an endpoint flow. A copy of the join's setting, so that other flows are dropped early.</summary>
    public int LowestEndpointPort { get; set; } = 1_024;

    [Setting(
        "The addresses or prefixes (192.0.2.0/24) that may export; datagrams of others are rejected as exporter_not_allowed. Empty: " +
        "everybody. Reloaded without restart.", Unit = "list of addresses or prefixes")]
    public string[] AllowedExporters { get; set; } = [];

    [Setting(
        "Senders whose records name the exporter themselves (exporterIPv4Address, exporterIPv6Address), such as a mediator or the near " +
        "side of a translated network. Reloaded without restart.", Unit = "list of addresses or prefixes")]
    public string[] TrustedForwarders { get; set; } = [];

    [Setting(
        "How long a Template is kept when it is neither repeated nor used, and how long a silent exporter is remembered across restarts.",
        Unit = "d.hh:mm:ss", Minimum = 60, Maximum = 31_536_000)]
    public TimeSpan TemplateLifetime { get; set; } = TimeSpan.FromDays(1);

    [Setting(
        "How long an exporter may be silent before it counts in rpc_collector_exporters_silent and the log says so.", Unit = "hh:mm:ss",
        Minimum = 1, Maximum = 86_400)]
    public TimeSpan SilentAfter { get; set; } = TimeSpan.FromMinutes(10);

    [Setting(
        "Whether a record without any time is taken for a flow of the minute before its arrival, instead of being rejected as " +
        "no_start_time; its joins are extended at best.")]
    public bool UseArrivalTime { get; set; }

    [Setting(
        "Sampling intervals of exporters that state none, or a wrong one: 192.0.2.1=100, 192.0.2.0/24=1000; these override what " +
        "exporters state. Reloaded without restart.", Unit = "list of address=interval")]
    public string[] SamplingIntervals { get; set; } = [];

    [Setting(
        "How long a Data Set may wait for its Template, or for one that can be used; then it is rejected as missing_template, or as " +
        "unusable_template.", Unit = "hh:mm:ss", Minimum = 0, Maximum = 86_400)]
    public TimeSpan MaxWaiting { get; set; } = TimeSpan.FromMinutes(31);

    [Setting(
        "How much the Data Sets of one exporter that wait for a Template may take; what finds no room is rejected as no_room_to_wait.",
        Unit = "bytes", Minimum = 0, Maximum = 1_073_741_824)]
    public long MaxWaitingBytesPerExporter { get; set; } = 1_048_576;

    [Setting(
        "How much all Data Sets that wait for a Template may take in one receiving thread, and a quarter of it one network of new " +
        "exporters; beyond that, who holds most makes room, or what finds none is rejected as no_room_to_wait.",
        Unit = "bytes", Minimum = 0, Maximum = 17_179_869_184)]
    public long MaxWaitingBytes { get; set; } = 67_108_864;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
    [
        .. WrongEntries(
            AllowedExporters, nameof(AllowedExporters), IsAddressOrPrefix,
            "neither an address nor a prefix such as 192.0.2.0/24 or 2001:db8::/32"),
        .. WrongEntries(
            TrustedForwarders, nameof(TrustedForwarders), IsAddressOrPrefix,
            "neither an address nor a prefix such as 192.0.2.0/24 or 2001:db8::/32"),
        .. WrongEntries(
            SamplingIntervals, nameof(SamplingIntervals), IsSamplingInterval, "not of the form 192.0.2.1=100 or 192.0.2.0/24=1000"),
    ];

    private static bool IsAddressOrPrefix(string entry) => AddressFilter.TryParse([entry], out _, out _);

    private static bool IsSamplingInterval(string entry) => SamplingTable.TryParse([entry], out _, out _);

    private static IEnumerable<ValidationResult> WrongEntries(string[] entries, string setting, Func<string, bool> isRight, string problem)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            if (!isRight(entries[i])) yield return new ValidationResult($"'{entries[i]}' is {problem}", [$"{setting}:{i}"]);
        }
    }
}
