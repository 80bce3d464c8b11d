using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>A learned role was earned, exchanged for another, or lost; unique by host and the hour that settled it.</summary>
/// <param name="From">Unknown when it had earned none.</param>
/// <param name="To">Unknown when it has none any more.</param>
/// <param name="SettledUnixMilliseconds">The end of the hour that settled it.</param>
/// <param name="ActsFromUnixMilliseconds">The start of the first hour that is judged by it; those before never are.</param>
/// <param name="Reason">One sentence that names the numbers.</param>
/// <param name="NumWitnesses">How many hosts it rests on.</param>
/// <param name="Witnesses">The first of them by address, up to <see cref="MaxWitnesses"/>.</param>
public sealed record RoleChange(
    HostAddress Host, HostRole From, HostRole To, long SettledUnixMilliseconds, long ActsFromUnixMilliseconds, string Reason,
    int NumWitnesses, IReadOnlyList<HostAddress> Witnesses)
{
    public const int MaxWitnesses = 8;
}
