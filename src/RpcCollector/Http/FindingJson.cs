using System.ComponentModel;
using RpcCollector.Detection;
using RpcCollector.Names;
using RpcCollector.Naming;
using RpcCollector.Store.Findings;

namespace RpcCollector.Http;

/// <summary>A finding as the API shows it.</summary>
internal sealed record FindingJson
{
    [Description(
        "Always the same for the same kind, client and server with their periods. Text, because a JavaScript number cannot hold 64 bits.")]
    public required string Id { get; init; }

    [Description("What it is about, such as peer-to-peer-rpc.")]
    public required string Kind { get; init; }

    [Description("How bad it would be if it is what it looks like: low, medium, high or critical.")]
    public required string Severity { get; init; }

    [Description("How sure it is that it is what it looks like: low, medium or high.")]
    public required string Confidence { get; init; }

    public required string Client { get; init; }

    [Description(
        "What the client was called when it was first seen doing this; absent when nothing names it. Names come from the network: text, " +
            "and no " +
        "proof.")]
    public string? ClientName { get; init; }

    [Description("Who says so: file, dhcp, dns, ntlm, kerberos, smb or reverse-dns.")]
    public string? ClientNameSource { get; init; }

    [Description("Since when it is told; absent for a name of the names file.")]
    public DateTimeOffset? ClientNameSince { get; init; }

    [Description("Absent when it is about the client alone, such as a sweep.")]
    public string? Server { get; init; }

    [Description("As client_name.")]
    public string? ServerName { get; init; }

    [Description("As client_name_source.")]
    public string? ServerNameSource { get; init; }

    [Description("As client_name_since.")]
    public DateTimeOffset? ServerNameSince { get; init; }

    [Description(
        "Who logged on from the client to the server in the ten hours before and around it, the latest first; where no such logon is " +
            "known, " +
        "from the client to any server. Absent when none is known.")]
    public IReadOnlyList<LogonJson>? Users { get; init; }

    [Description(
        "Which of the machines that had the client's address one after the other it is about: a number that means nothing else; absent " +
        "while no DHCP lease says that the address changed hands.")]
    public long? ClientPeriod { get; init; }

    [Description("The same of the server's address.")]
    public long? ServerPeriod { get; init; }

    [Description(
        "How many servers it stands for within its fullest hour, when it is one finding for many of its kind; absent for a single one.")]
    public int? Servers { get; init; }

    [Description(
        "How many of its hosts, 1 or 2, were known before: told by the settings, or seen days ago; absent when none was, or not known.")]
    public int? KnownHosts { get; init; }

    [Description("How rare it is, by what was known before its first hour; absent when nothing was.")]
    public FindingRarityJson? Rarity { get; init; }

    [Description("How many activities, contacts and operations stand behind it.")]
    public required int Count { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    [Description("ATT&CK techniques, such as T1021.003.")]
    public required IReadOnlyList<string> Techniques { get; init; }

    [Description("CAR analytics, such as CAR-2014-05-001.")]
    public required IReadOnlyList<string> Analytics { get; init; }

    [Description("One sentence that names the facts.")]
    public required string Reason { get; init; }

    [Description("The earliest of the flows behind it.")]
    public required IReadOnlyList<FindingFlowJson> Flows { get; init; }

    [Description("Interfaces and operations named on the wire.")]
    public required IReadOnlyList<string> Operations { get; init; }

    [Description("Addresses of the exporters that saw these flows.")]
    public required IReadOnlyList<string> Exporters { get; init; }

    [Description("Sampling interval, the coarsest of these flows: one packet in this many; 1 is unsampled, 0 unknown.")]
    public required uint SamplingInterval { get; init; }

    [Description("True when an exporter that saw it samples packets, so that related flows were probably missed.")]
    public required bool Sampled { get; init; }

    [Description(
        "How much of what its least complete exporter sent in the minutes of these flows could be used, from 0 to 1; absent when not " +
        "known.")]
    public double? Completeness { get; init; }

    [Description("A person's verdict, while it holds.")]
    public VerdictJson? Verdict { get; init; }

    [Description("Ids of the suppressions that hide it.")]
    public required IReadOnlyList<string> SuppressedBy { get; init; }

    [Description("The incident that it belongs to; absent for what does not stand.")]
    public string? Incident { get; init; }

    [Description("When this appliance stored it first, by its own clock.")]
    public required DateTimeOffset RecordedAt { get; init; }

    [Description("When this appliance stored it last, notes apart.")]
    public required DateTimeOffset UpdatedAt { get; init; }

    [Description("When it was withdrawn; absent while it stands.")]
    public DateTimeOffset? WithdrawnAt { get; init; }

    [Description("Why it was withdrawn: flows-read-otherwise, operations-named or known-by-then.")]
    public string? WithdrawnReason { get; init; }

    [Description("What became known after it had been shown, the earliest first: it stands whatever they say. Absent when there is none.")]
    public IReadOnlyList<FindingNoteJson>? Notes { get; init; }

    public static string IdOf(long id) => id.ToString("x16");

    public static FindingJson From(StoredFinding finding, NameBook names)
    {
        var client = names.Find(finding.Client, finding.FirstSeenUnixMilliseconds);
        var server = finding.Server is { } address ? names.Find(address, finding.FirstSeenUnixMilliseconds) : null;
        return new FindingJson
        {
            Id = IdOf(finding.Id),
            Kind = KebabCase<FindingKind>.Of(finding.Kind),
            Severity = KebabCase<FindingSeverity>.Of(finding.Severity),
            Confidence = KebabCase<FindingConfidence>.Of(finding.Confidence),
            Client = finding.Client.ToString(),
            ClientName = client?.Name,
            ClientNameSource = SourceOf(client),
            ClientNameSince = SinceOf(client),
            Server = finding.Server?.ToString(),
            ServerName = server?.Name,
            ServerNameSource = SourceOf(server),
            ServerNameSince = SinceOf(server),
            Users = LogonJson.Around(
                names, finding.Client, finding.Server, finding.FirstSeenUnixMilliseconds, finding.LastSeenUnixMilliseconds),
            ClientPeriod = finding.ClientPeriod > 0 ? finding.ClientPeriod : null,
            ServerPeriod = finding.ServerPeriod > 0 ? finding.ServerPeriod : null,
            Servers = finding.NumServers > 1 ? finding.NumServers : null,
            KnownHosts = finding.KnownHosts > 0 ? finding.KnownHosts : null,
            Rarity = FindingRarityJson.From(finding.Rarity),
            Count = finding.Count,
            FirstSeen = UtcMilliseconds.From(finding.FirstSeenUnixMilliseconds),
            LastSeen = UtcMilliseconds.From(finding.LastSeenUnixMilliseconds),
            Techniques = finding.Techniques,
            Analytics = finding.Analytics,
            Reason = finding.Reason,
            Flows = [.. finding.Flows.Select(FindingFlowJson.From)],
            Operations = finding.Operations,
            Exporters = [.. finding.Flows.SelectMany(flow => flow.Exporters).Distinct(StringComparer.Ordinal)],
            SamplingInterval = finding.SamplingInterval,
            Sampled = finding.SamplingInterval > 1,
            Completeness = finding.Completeness,
            Verdict = finding.Verdict is { } verdict ? VerdictJson.From(verdict) : null,
            SuppressedBy = [.. finding.SuppressedBy.Select(id => id.ToString(System.Globalization.CultureInfo.InvariantCulture))],
            Incident = finding.Incident is { } incident ? IdOf(incident) : null,
            RecordedAt = UtcMilliseconds.From(finding.RecordedUnixMilliseconds),
            UpdatedAt = UtcMilliseconds.From(finding.UpdatedUnixMilliseconds),
            WithdrawnAt = finding.WithdrawnUnixMilliseconds is { } withdrawn ? UtcMilliseconds.From(withdrawn) : null,
            WithdrawnReason = finding.Withdrawal is { } why ? KebabCase<FindingWithdrawal>.Of(why) : null,
            Notes = finding.Notes.Count > 0
                ? [.. finding.Notes.Select(note => new FindingNoteJson(UtcMilliseconds.From(note.AtUnixMilliseconds), note.Text))]
                : null,
        };
    }

    public static string? SourceOf(HostName? name) => name is null ? null : KebabCase<NameSource>.Of(name.Source);

    private static DateTimeOffset? SinceOf(HostName? name) =>
        name is { SinceUnixMilliseconds: > 0 and var since } ? UtcMilliseconds.From(since) : null;
}

/// <summary>What became known of a finding, and when.</summary>
internal sealed record FindingNoteJson(DateTimeOffset At, string Text);

/// <summary>A flow behind a finding.</summary>
internal sealed record FindingFlowJson(
    string Client, int ClientPort, string Server, int ServerPort, DateTimeOffset Start, DateTimeOffset End,
    [property: Description("Community ID version 1, seed 0.")] string CommunityId,
    IReadOnlyList<string> Exporters, uint SamplingInterval)
{
    public static FindingFlowJson From(StoredFlow flow) => new(
        flow.Client, flow.ClientPort, flow.Server, flow.ServerPort, UtcMilliseconds.From(flow.StartUnixMilliseconds),
        UtcMilliseconds.From(flow.EndUnixMilliseconds),
        flow.CommunityId, flow.Exporters, flow.SamplingInterval);
}

/// <summary>A page of findings.</summary>
internal sealed record FindingsPage(
    IReadOnlyList<FindingJson> Items,
    [property: Description("How many there are on all pages.")] long Total,
    [property: Description("The cursor of the next page; absent on the last.")] string? Next,
    [property: Description(
        "What else the same filters match but is hidden; on the first page only, unless 'suppressed' shows it.")] HiddenJson? Hidden);

/// <summary>What a page does not show.</summary>
internal sealed record HiddenJson(
    [property: Description("Each counted once.")] long Findings,
    [property: Description("Called benign.")] long Benign,
    [property: Description("By suppression; several may hide the same finding.")] IReadOnlyList<HiddenByJson> Suppressions)
{
    public static HiddenJson From(HiddenFindings hidden) => new(
        hidden.Findings, hidden.Benign,
        [.. hidden.Suppressions.Select(
            suppression =>
            new HiddenByJson(suppression.Suppression.ToString(System.Globalization.CultureInfo.InvariantCulture), suppression.Findings))]);
}

/// <summary>How many findings a suppression hides.</summary>
internal sealed record HiddenByJson(string Id, long Findings);
