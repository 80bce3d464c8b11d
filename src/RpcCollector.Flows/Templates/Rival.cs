using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Templates;

/// <summary>A layout that is held beside the one that stands, and what speaks for it; guarded by its contest.</summary>
internal sealed class Rival(Template template)
{
    /// <summary>So many Data Sets in a row that fit only it, over so many milliseconds, make it the one that stands.</summary>
    public const int WinningSets = 8;
    public const long WinningMilliseconds = 10_000;

    /// <summary>So many Data Sets that fit only another layout end its being held, if none fitted only it.</summary>
    public const int LosingSets = 8;

    /// <summary>So many statements of the one that stands end it as well.</summary>
    public const int LosingStatements = 3;

    /// <summary>How long it is held, in milliseconds, after it was last stated or needed.</summary>
    public const long HoldMilliseconds = 1_800_000;

    private Confirmation _statements;
    private int _inARow;
    private long _rowBegan;
    private int _lostSets;
    private int _lostStatements;

    public Template Template { get; } = template;

    /// <summary>Data Sets that fitted only it.</summary>
    public int Proofs { get; private set; }

    /// <summary>How much more than the one that stands it must weigh; the less, the more Sets in a row fitted only it.</summary>
    public int Margin => LayoutFit.Margin - (3 * Math.Min(_inARow, 3));

    /// <summary>When it was last stated or needed.</summary>
    public long LastUnixMilliseconds { get; private set; }

    public void State(long nowUnixMilliseconds)
    {
        _statements.State(nowUnixMilliseconds);
        (_lostSets, _lostStatements) = (0, 0);
        LastUnixMilliseconds = nowUnixMilliseconds;
    }

    /// <summary>A Data Set fitted only it.</summary>
    public void Prove(long nowUnixMilliseconds)
    {
        if (_inARow++ == 0) _rowBegan = nowUnixMilliseconds;
        Proofs++;
        LastUnixMilliseconds = nowUnixMilliseconds;
    }

    /// <summary>A Data Set fitted another layout and not this one.</summary>
    /// <param name="isStanding">The other is the one that stands.</param>
    public void Lose(bool isStanding)
    {
        _lostSets++;
        if (!isStanding) return;
        _inARow = 0;
        _statements.Break();
    }

    /// <summary>The layout that stands was stated again.</summary>
    public void LoseStatement()
    {
        _lostStatements++;
        _inARow = 0;
        _statements.Break();
    }

    /// <summary>True when it is what the exporter means by now.</summary>
    /// <param name="standingPause">The longest time between two statements of the layout that stands.</param>
    public bool HasWon(long standingPause, long nowUnixMilliseconds) =>
        (_inARow >= WinningSets && nowUnixMilliseconds - _rowBegan >= WinningMilliseconds) || _statements.IsConfirmed(standingPause);

    /// <summary>True when it need not be held any longer.</summary>
    public bool HasLost(long nowUnixMilliseconds) =>
        (Proofs == 0 && (_lostSets >= LosingSets || _lostStatements >= LosingStatements))
        || Math.Abs(nowUnixMilliseconds - LastUnixMilliseconds) > HoldMilliseconds;

    /// <summary>It was held by the former process.</summary>
    public void Restore(int proofs) => Proofs = proofs;

    public void MoveArrivals(ClockStep step, long nowUnixMilliseconds)
    {
        Template.MoveArrivals(step, nowUnixMilliseconds);
        _statements.MoveArrivals(step, nowUnixMilliseconds);
        _rowBegan = step.Move(_rowBegan, nowUnixMilliseconds);
        LastUnixMilliseconds = step.Move(LastUnixMilliseconds, nowUnixMilliseconds);
    }
}
