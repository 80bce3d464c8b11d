namespace RpcCollector.Names;

/// <summary>What one address was called, by whom and when: a few periods of each source. Immutable.</summary>
/// <remarks>
/// Which name an address had at a time depends on what was told, and not on the order in which it came. A lease that begins ends whatever
/// else the address was called before, because another machine has it from then on.
/// </remarks>
internal sealed class AddressNames
{
    /// <summary>Of each source; beyond that a lease makes room as the oldest, another name as the one told for the shortest time.</summary>
    public const int MostOfSource = 6;

    public static readonly AddressNames None = new([]);

    // Two names at a time: the one that was told for longer, also when the other was told a little more recently.
    private const long SlackMilliseconds = 4 * 3_600_000;

    private AddressNames(NamePeriod[] periods) => Periods = periods;

    /// <summary>In order of source, then of time.</summary>
    public IReadOnlyList<NamePeriod> Periods { get; }

    public static AddressNames Of(IEnumerable<NamePeriod> periods) => new(
        [.. periods.OrderBy(period => period.Source).ThenBy(period => period.FirstUnixMilliseconds)
            .ThenBy(period => period.Name, StringComparer.Ordinal).ThenBy(period => period.Holder)]);

    /// <summary>The same, and what was just told.</summary>
    public AddressNames With(NamePeriod told)
    {
        var others = Periods.Where(period => period.Source != told.Source);
        var own = Periods.Where(period => period.Source == told.Source);
        return Of([.. others, .. Bounded(told.Source == NameSource.Dhcp ? Leases.With(own, told) : Told(own, told))]);
    }

    /// <summary>The best name at a time; null when none is known.</summary>
    public NamePeriod? At(long atUnixMilliseconds)
    {
        var leases = Periods.TakeWhile(period => period.Source < NameSource.Dns).Where(period => period.Source == NameSource.Dhcp).ToList();
        var lease = Leases.At(leases, atUnixMilliseconds);
        if (lease is { Name.Length: > 0 }) return lease;

        // Who has the address by a lease had no name before it, and has none that was told once the next one has it.
        var since = lease is null ? long.MinValue : Leases.SinceOf(leases, lease);
        var until = Leases.UntilOf(leases, lease, atUnixMilliseconds);
        return Periods.Where(period => period.Source != NameSource.Dhcp && period.Reaches(atUnixMilliseconds)
                && period.LastUnixMilliseconds >= since && period.FirstUnixMilliseconds < until)
            .OrderBy(period => period.Source)
            .ThenBy(period => period.DistanceTo(atUnixMilliseconds) is var away && away <= SlackMilliseconds ? 0 : away)
            .ThenBy(period => period.Source == NameSource.Dns && IsDomainOfAnother(period))
            .ThenBy(period => period.FirstUnixMilliseconds)
            .ThenBy(period => period.Name, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    /// <summary>True for corp.example where DNS calls the address dc-01.corp.example, too.</summary>
    private bool IsDomainOfAnother(NamePeriod period) => Periods.Any(other =>
        other.Source == NameSource.Dns && other.Name.Length > period.Name.Length
        && other.Name.EndsWith(period.Name, StringComparison.OrdinalIgnoreCase) && other.Name[^(period.Name.Length + 1)] == '.');

    /// <summary>What was told is one with all of the same that are not too far from it.</summary>
    private static List<NamePeriod> Told(IEnumerable<NamePeriod> own, NamePeriod told)
    {
        var kept = new List<NamePeriod>();
        NamePeriod? one = null;
        foreach (var period in own)
        {
            if (period.IsSameAs(told) && period.FirstUnixMilliseconds - told.LastUnixMilliseconds <= NamePeriod.HoldMilliseconds
                && told.FirstUnixMilliseconds - period.LastUnixMilliseconds <= NamePeriod.HoldMilliseconds)
                one = one is null ? period : one.With(period);
            else kept.Add(period);
        }

        kept.Add(one is null ? told : one.With(told));
        return kept;
    }

    private static List<NamePeriod> Bounded(List<NamePeriod> all)
    {
        while (all.Count > MostOfSource)
        {
            all.Remove(all[0].Source == NameSource.Dhcp
                ? all.MinBy(period => (period.LastUnixMilliseconds, period.FirstUnixMilliseconds))!
                : all.MinBy(period => (period.LastUnixMilliseconds - period.FirstUnixMilliseconds, period.LastUnixMilliseconds))!);
        }

        return all;
    }

    /// <summary>Leases of one address follow each other: it has one holder at a time.</summary>
    private static class Leases
    {
        public static List<NamePeriod> With(IEnumerable<NamePeriod> own, NamePeriod told)
        {
            var kept = own.ToList();
            var at = told.FirstUnixMilliseconds;

            // A machine that renews its lease does not always say its name, and has it all the same.
            if (told.Holder != 0 && told.Name.Length == 0
                && kept.LastOrDefault(period => period.Holder == told.Holder && period.FirstUnixMilliseconds <= at) is { } known)
                told = told with { Name = known.Name };
            else if (told.Holder != 0)
                kept = [.. kept.Select(period => period.Holder == told.Holder && period.Name.Length == 0
                    ? period with { Name = told.Name } : period)];

            // 1. Told in the middle of another's: that one had it before and has it again.
            if (kept.Find(period => !period.IsSameAs(told) && period.FirstUnixMilliseconds < at && period.LastUnixMilliseconds > at) is
                { } around)
            {
                kept.Remove(around);
                kept.Add(around with { LastUnixMilliseconds = at - 1, UntilUnixMilliseconds = 0 });
                kept.Add(around with { Id = 0, FirstUnixMilliseconds = at + 1, IsFresh = true });
            }

            // 2. The same holder before or after, and nobody between.
            bool IsNext(NamePeriod period) => period.IsSameAs(told) && !kept.Exists(other =>
                !other.IsSameAs(told) && other.FirstUnixMilliseconds < Math.Max(at, period.FirstUnixMilliseconds)
                && other.LastUnixMilliseconds > Math.Min(told.LastUnixMilliseconds, period.LastUnixMilliseconds));
            var same = kept.Where(IsNext).ToList();
            kept.RemoveAll(same.Contains);
            kept.Add(same.Aggregate((NamePeriod?)null, (one, period) => one is null ? period : one.With(period))?.With(told) ?? told);
            return kept;
        }

        /// <summary>Whose it was: the latest that had begun, or the first of all when it may have begun before it was told.</summary>
        public static NamePeriod? At(List<NamePeriod> leases, long at)
        {
            var begun = leases.LastOrDefault(lease => lease.FirstUnixMilliseconds <= at) ?? leases.FirstOrDefault();
            return begun is not null && begun.Reaches(at) ? begun : null;
        }

        public static long SinceOf(List<NamePeriod> leases, NamePeriod lease) =>
            lease.IsFresh || leases.Exists(other => other.FirstUnixMilliseconds < lease.FirstUnixMilliseconds && !other.IsSameAs(lease))
                ? lease.FirstUnixMilliseconds
                : long.MinValue;

        public static long UntilOf(List<NamePeriod> leases, NamePeriod? lease, long at)
        {
            var next = leases.Find(other => other.FirstUnixMilliseconds > at && (lease is null ? other.IsFresh : !other.IsSameAs(lease)));
            return next?.FirstUnixMilliseconds ?? long.MaxValue;
        }
    }
}
