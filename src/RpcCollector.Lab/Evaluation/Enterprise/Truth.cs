using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>Which findings are right: about the client of a placed attack, one of its victims or the client alone, and its time.</summary>
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

    private readonly Func<HostAddress, long, HostAddress> _nameOf;

    /// <param name="nameOf">
    /// The address under which attacks name the machine that has another one at a time: machines may have one of IPv6 besides.
    /// </param>
    public Truth(IReadOnlyList<PlacedAttack> attacks, Func<HostAddress, long, HostAddress>? nameOf = null)
    {
        _nameOf = nameOf ?? ((address, _) => address);
        Attacks = attacks;
        _byAttacker = attacks.ToLookup(attack => attack.Attacker);
    }

    public IReadOnlyList<PlacedAttack> Attacks { get; }

    /// <summary>The attacks that a finding is about; none when it is wrong.</summary>
    public IEnumerable<PlacedAttack> Behind(Finding finding)
    {
        var client = _nameOf(finding.Client, finding.FirstSeenUnixMilliseconds);
        HostAddress? server = finding.Server is { } address ? _nameOf(address, finding.FirstSeenUnixMilliseconds) : null;
        return _byAttacker[client].Where(attack => IsAbout(finding, server, attack));
    }

    private static bool IsAbout(Finding finding, HostAddress? of, PlacedAttack attack) =>
        (of is not { } server || attack.Victims.Contains(server))
        && finding.LastSeenUnixMilliseconds >= attack.StartUnixMilliseconds
        && finding.FirstSeenUnixMilliseconds <= attack.EndUnixMilliseconds + After
        && finding.FirstSeenUnixMilliseconds >= attack.StartUnixMilliseconds - (finding.Kind == FindingKind.Pivot ? BeforePivot : Before);
}
