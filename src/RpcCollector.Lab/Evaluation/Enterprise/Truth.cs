using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>
/// Which findings are right: about the client of a placed attack, one of its victims or the client alone, and its time; and about either
/// end of what a victim contacted because of it.
/// </summary>
internal sealed class Truth
{
    private const long Hour = 3_600_000;

    // A finding may include earlier traffic of the same pair, as far back as the collector can still revise it.
    private const long Before = 2 * Hour;

    // A pivot's finding may begin with the contact that made the host a suspect.
    private const long BeforePivot = 24 * Hour;

    // What an attack leaves behind may be reported when a connection ends or a timeout passes.
    private const long After = Hour;

    private readonly ILookup<HostAddress, PlacedAttack> _byAttacker;
    private readonly ILookup<HostAddress, (HostAddress Other, PlacedAttack Attack)> _byReturn;
    private readonly Func<HostAddress, long, HostAddress> _nameOf;

    /// <param name="nameOf">
    /// The address under which attacks name the machine that has another one at a time: machines may have one of IPv6 besides.
    /// </param>
    public Truth(IReadOnlyList<PlacedAttack> attacks, Func<HostAddress, long, HostAddress>? nameOf = null)
    {
        _nameOf = nameOf ?? ((address, _) => address);
        Attacks = attacks;
        _byAttacker = attacks.ToLookup(attack => attack.Attacker);
        _byReturn = attacks.SelectMany(attack => attack.Returns.SelectMany<(HostAddress From, HostAddress To),
                (HostAddress End, HostAddress Other, PlacedAttack Attack)>(one => [(one.From, one.To, attack), (one.To, one.From, attack)]))
            .ToLookup(one => one.End, one => (one.Other, one.Attack));
    }

    public IReadOnlyList<PlacedAttack> Attacks { get; }

    /// <summary>The attacks that a finding is about; none when it is wrong.</summary>
    /// <param name="since">When it became as bad as it is, in Unix milliseconds; with its first flow when that is not given.</param>
    public IEnumerable<PlacedAttack> Behind(Finding finding, long? since = null)
    {
        var from = since ?? finding.FirstSeenUnixMilliseconds;
        var client = _nameOf(finding.Client, from);
        HostAddress? about = finding.Server is { } address ? _nameOf(address, from) : null;
        return NamedBy(finding).Select(named => _nameOf(named, from)).Prepend(client).Distinct()
            .SelectMany(named => _byAttacker[named]).Where(attack => about is not { } server || attack.Victims.Contains(server))
            .Concat(_byReturn[client].Where(one => about is not { } server || server == one.Other).Select(one => one.Attack))
            .Where(attack => IsOfTheTime(finding, from, attack)).Distinct();
    }

    /// <summary>The other clients that a finding names: of several that began to use a host together one finding tells all.</summary>
    public static IEnumerable<HostAddress> NamedBy(Finding finding) =>
        finding is { Server: { } server, Kind: FindingKind.PeerToPeerRpc or FindingKind.FirstAdministration }
            ? finding.Flows.Where(flow => flow.Server == server && flow.Client != finding.Client).Select(flow => flow.Client)
            : [];

    private static bool IsOfTheTime(Finding finding, long from, PlacedAttack attack) =>
        finding.LastSeenUnixMilliseconds >= attack.StartUnixMilliseconds
        && from <= attack.EndUnixMilliseconds + After
        && from >= attack.StartUnixMilliseconds - (finding.Kind == FindingKind.Pivot ? BeforePivot : Before);
}
