namespace RpcCollector.Flows.Exporters;

/// <summary>
/// How much learning of Templates some senders may cause, in octets: so many at once, and so many a second from then on.
/// </summary>
internal sealed class WorkBudget(long atOnce, long perSecond)
{
    private const long ClockStepMilliseconds = 10_000;

    private readonly Lock _taking = new();
    private long _taken;
    private long _atUnixMilliseconds = long.MinValue / 2;

    /// <summary>Takes so many octets; false, and nothing is taken, when none are left.</summary>
    public bool TryTake(int octets, long nowUnixMilliseconds)
    {
        lock (_taking)
        {
            // A clock that went back gives nothing and takes nothing; threads read it at slightly different times.
            var elapsed = Math.Clamp(nowUnixMilliseconds - _atUnixMilliseconds, 0, 1000 * atOnce / perSecond);
            var earned = elapsed * perSecond / 1000;
            if (earned > 0 || nowUnixMilliseconds < _atUnixMilliseconds - ClockStepMilliseconds)
                (_taken, _atUnixMilliseconds) = (Math.Max(0, _taken - earned), nowUnixMilliseconds);
            if (_taken >= atOnce) return false;
            _taken += octets;
            return true;
        }
    }
}
