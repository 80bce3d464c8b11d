namespace RpcCollector.Names;

/// <summary>A time during which one source called an address by one name.</summary>
/// <param name="Id">Of its row in the store; 0 for one that has none yet.</param>
/// <param name="Name">Cleaned; empty for a lease of a machine that gave no name.</param>
/// <param name="Holder">Which machine a lease is of, as a hash; 0 where that is not told.</param>
/// <param name="FirstUnixMilliseconds">When it was first told.</param>
/// <param name="LastUnixMilliseconds">When it was last told.</param>
/// <param name="UntilUnixMilliseconds">When the lease ends; 0 where there is none.</param>
/// <param name="IsFresh">True when the machine had just come to have the address: before, it was another's or nobody's.</param>
internal sealed record NamePeriod(
    long Id, NameSource Source, string Name, long Holder, long FirstUnixMilliseconds, long LastUnixMilliseconds,
    long UntilUnixMilliseconds = 0, bool IsFresh = false)
{
    /// <summary>As long a name is taken to hold that is not told again.</summary>
    public const long HoldMilliseconds = 7 * DayMilliseconds;

    /// <summary>As long before it was first told a name is taken to have held, where nothing says otherwise.</summary>
    public const long BeforeMilliseconds = DayMilliseconds;

    private const long DayMilliseconds = 86_400_000;

    public long EndUnixMilliseconds => Math.Max(LastUnixMilliseconds, UntilUnixMilliseconds);

    public bool IsSameAs(NamePeriod other) =>
        Source == other.Source && Holder == other.Holder && Name.Equals(other.Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Both as one, by the spelling and the id that were there first.</summary>
    public NamePeriod With(NamePeriod other) => this with
    {
        FirstUnixMilliseconds = Math.Min(FirstUnixMilliseconds, other.FirstUnixMilliseconds),
        LastUnixMilliseconds = Math.Max(LastUnixMilliseconds, other.LastUnixMilliseconds),
        UntilUnixMilliseconds = Math.Max(UntilUnixMilliseconds, other.UntilUnixMilliseconds),
        IsFresh = FirstUnixMilliseconds <= other.FirstUnixMilliseconds ? IsFresh : other.IsFresh,
    };

    /// <summary>How far a time is from when it was told; 0 within.</summary>
    public long DistanceTo(long atUnixMilliseconds) =>
        Math.Max(0, Math.Max(FirstUnixMilliseconds - atUnixMilliseconds, atUnixMilliseconds - EndUnixMilliseconds));

    /// <summary>True when it may be said of that time.</summary>
    public bool Reaches(long atUnixMilliseconds) =>
        atUnixMilliseconds >= FirstUnixMilliseconds - (IsFresh ? 0 : BeforeMilliseconds)
        && atUnixMilliseconds <= EndUnixMilliseconds + HoldMilliseconds;
}
