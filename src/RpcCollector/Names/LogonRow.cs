using RpcCollector.Flows;

namespace RpcCollector.Names;

/// <summary>Logons of one user from a client to a server within an hour.</summary>
/// <param name="Id">Of its row in the store.</param>
/// <param name="Server">To which it connected; for a Kerberos ticket the domain controller that gave it.</param>
/// <param name="Target">The host that a Kerberos ticket is for; null where none is named.</param>
internal sealed record LogonRow(
    long Id, HostAddress Server, string User, NameSource Source, bool? Succeeded, string? Target, long FirstUnixMilliseconds,
    long LastUnixMilliseconds)
{
    private const long HourMilliseconds = 3_600_000;

    public bool IsSameAs(LogonRow other) =>
        Server == other.Server && Source == other.Source && Succeeded == other.Succeeded
        && FirstUnixMilliseconds / HourMilliseconds == other.FirstUnixMilliseconds / HourMilliseconds
        && User.Equals(other.User, StringComparison.OrdinalIgnoreCase)
        && string.Equals(Target, other.Target, StringComparison.OrdinalIgnoreCase);

    public LogonRow With(LogonRow other) => this with
    {
        FirstUnixMilliseconds = Math.Min(FirstUnixMilliseconds, other.FirstUnixMilliseconds),
        LastUnixMilliseconds = Math.Max(LastUnixMilliseconds, other.LastUnixMilliseconds),
    };

    public bool IsWithin(long from, long until) => FirstUnixMilliseconds <= until && LastUnixMilliseconds >= from;

    /// <summary>The latest that is known to lie between two times.</summary>
    public UserSighting Shown(long until) => new(
        User, Source, LastUnixMilliseconds <= until ? LastUnixMilliseconds : Math.Min(FirstUnixMilliseconds, until), Succeeded, Server,
        Target);
}
