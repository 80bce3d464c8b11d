namespace RpcCollector.Store.People;

/// <summary>A line of the audit log: who did what, and from where.</summary>
/// <param name="Id">Ascending; 0 until it is kept.</param>
/// <param name="Who">Null for the appliance itself, and where nobody said who it was.</param>
/// <param name="Role">Null where there was none.</param>
/// <param name="Means">How they were recognised, in kebab-case; file and start for what did not come over HTTP.</param>
/// <param name="From">The address that it came from; null when it is not known.</param>
/// <param name="What">In kebab-case, of a list that code closes.</param>
/// <param name="Target">What it was done to; null where that says nothing.</param>
/// <param name="Detail">What else there is to say, in plain words.</param>
internal sealed record AuditEntry(
    long Id, long AtUnixMilliseconds, string? Who, string? Role, string Means, string? From, string What, string? Target, string? Detail);

/// <summary>Which lines of the audit log are wanted.</summary>
/// <param name="Before">Only lines older than the one with this id.</param>
internal sealed record AuditQuery(
    string? Who = null, string? What = null, long? SinceUnixMilliseconds = null, long? UntilUnixMilliseconds = null, long? Before = null,
    int Limit = 100);
