using System.ComponentModel;

namespace RpcCollector.Http;

/// <summary>A program that is told of incidents and findings, and how that goes.</summary>
internal sealed record SinkJson(
    string Name,
    [property: Description("alertmanager, webhook, syslog or file.")] string Kind,
    [property: Description("Where it is told, without what may be a secret.")] string Target,
    [property: Description("ok, or retrying from a failed attempt to the next that succeeds.")] string State,
    [property: Description("How many lines of the journal wait to be told.")] long Backlog,
    [property: Description("Since when the first of them waits; absent where none does.")] DateTimeOffset? OldestWaitingAt,
    [property: Description("When something was acknowledged last, since the start; absent before.")] DateTimeOffset? LastSentAt,
    [property: Description("Why an attempt failed last, since the start; absent where none did.")] string? LastError,
    DateTimeOffset? LastErrorAt,
    [property: Description("What was acknowledged since the start.")] long Sent,
    [property: Description("Attempts that failed since the start.")] long Failures,
    [property: Description("What was given up since the start: the other side refuses it for what it says.")] long Dropped);

/// <summary>The sinks in the order of the settings.</summary>
internal sealed record SinksPage(IReadOnlyList<SinkJson> Items);

/// <summary>What came of an example.</summary>
internal sealed record SinkTestJson(
    [property: Description("True when the other side took it.")] bool Delivered,
    [property: Description("What it answered, or why it was not told.")] string Answer);
