namespace RpcCollector.Store.Outbox;

/// <summary>What is to be told: that something has happened to an incident or a finding. How it is then is read when it is told.</summary>
internal readonly record struct OutboxNews(OutboxSubject Subject, long Id, OutboxEvent Event);

/// <summary>A line of the journal of what is to be told; unique by its number, which only grows.</summary>
internal sealed record OutboxEntry(long Sequence, long AtUnixMilliseconds, OutboxSubject Subject, long Id, OutboxEvent Event);

/// <summary>What something has happened to.</summary>
internal enum OutboxSubject : byte
{
    Incident = 1,
    Finding = 2,
}

/// <summary>What has happened.</summary>
internal enum OutboxEvent : byte
{
    Added = 1,

    /// <summary>More is known, and it is not worse by that: told once in a while, however often it happens.</summary>
    Revised = 2,

    /// <summary>Its severity is higher than it was.</summary>
    Worsened = 3,

    /// <summary>A person did something with it, or it opened by itself.</summary>
    State = 4,

    /// <summary>It went into another.</summary>
    Merged = 5,
    Withdrawn = 6,
}
