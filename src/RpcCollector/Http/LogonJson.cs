using System.ComponentModel;
using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Naming;

namespace RpcCollector.Http;

/// <summary>Who logged on, and who says so.</summary>
internal sealed record LogonJson(
    [property: Description("DOMAIN\\user or user@REALM, as it was told. Names come from the network: text, and no proof.")] string User,
    [property: Description("ntlm or kerberos.")] string Source,
    DateTimeOffset At,
    [property: Description("To which server; for a Kerberos ticket, the domain controller that gave it.")] string Server,
    [property: Description("The host that a Kerberos ticket is for; absent where none is named.")] string? Target,
    [property: Description("Absent when not known.")] bool? Succeeded)
{
    private const int MostShown = 8;

    // A Kerberos ticket is good for ten hours, as Windows has it (maximum lifetime for service ticket).
    private const long BeforeMilliseconds = 10 * 3_600_000;
    private const long AfterMilliseconds = 10 * 60_000;

    /// <summary>
    /// The latest logons around a time, each user once: from client to server, or where none are known from the client to any; null when
    /// there are none.
    /// </summary>
    public static IReadOnlyList<LogonJson>? Around(
        NameBook names, HostAddress client, HostAddress? server, long firstUnixMilliseconds, long lastUnixMilliseconds)
    {
        var (from, until) = (firstUnixMilliseconds - BeforeMilliseconds, lastUnixMilliseconds + AfterMilliseconds);
        var users = names.UsersOf(client, server, from, until);
        if (users.Count == 0 && server is not null) users = names.UsersOf(client, server: null, from, until);
        return From(users);
    }

    public static IReadOnlyList<LogonJson>? From(IReadOnlyList<UserSighting> users) => users.Count == 0 ? null :
    [
        .. users.DistinctBy(user => (user.User.ToUpperInvariant(), user.Source, user.Succeeded)).Take(MostShown)
            .Select(user => new LogonJson(
                user.User, KebabCase<NameSource>.Of(user.Source), UtcMilliseconds.From(user.AtUnixMilliseconds), user.Server.ToString(),
                user.Target, user.Succeeded)),
    ];
}
