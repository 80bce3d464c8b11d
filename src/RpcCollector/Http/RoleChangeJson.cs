using System.ComponentModel;
using RpcCollector.Detection;
using RpcCollector.Naming;

namespace RpcCollector.Http;

/// <summary>A learned role that was earned, exchanged or lost.</summary>
internal sealed record RoleChangeJson(
    string Host,
    [property: Description("The role before; unknown when it had earned none.")] string FromRole,
    [property: Description("The role since; unknown when it was lost.")] string ToRole,
    [property: Description("End of the hour that settled it.")] DateTimeOffset Settled,
    [property: Description("Start of the first hour that is judged by it; what was found before stands.")] DateTimeOffset ActsFrom,
    [property: Description("One sentence that names the numbers.")] string Reason,
    [property: Description("How many clients it rests on.")] int NumWitnesses,
    [property: Description("The first of them by address, at most 8.")] IReadOnlyList<string> Witnesses)
{
    public static RoleChangeJson From(RoleChange change) => new(
        change.Host.ToString(), KebabCase<HostRole>.Of(change.From), KebabCase<HostRole>.Of(change.To),
        UtcMilliseconds.From(change.SettledUnixMilliseconds), UtcMilliseconds.From(change.ActsFromUnixMilliseconds), change.Reason,
        change.NumWitnesses, [.. change.Witnesses.Select(witness => witness.ToString())]);
}

/// <summary>The latest changes of roles, the last settled first.</summary>
internal sealed record RoleChangesPage(IReadOnlyList<RoleChangeJson> Items);
