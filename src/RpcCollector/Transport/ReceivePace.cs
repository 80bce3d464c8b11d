namespace RpcCollector.Transport;

/// <summary>When a receiving thread looks at its socket again. While datagrams keep coming it does not wait for the first of them, which would wake it for every few, but lets many gather.</summary>
/// <remarks>
/// Waking a thread costs as much as taking some tens of datagrams (more in a virtual machine). What gathers meanwhile is in the kernel's buffer, so the pause is bounded by what that holds.
/// </remarks>
internal sealed class ReceivePace
{
    /// <summary>Four milliseconds more or less is nothing to a flow that was exported seconds after its start.</summary>
    public const int LongestPause = 4;

    // Octets a millisecond: a burst at 4 Gbit/s does not fill the buffer during a pause.
    private const int Burst = 500_000;

    private readonly int _batch;
    private long _lastArrival = long.MinValue / 2;

    /// <param name="batch">The most that one look takes.</param>
    /// <param name="receiveBufferBytes">What the kernel granted.</param>
    public ReceivePace(int batch, int receiveBufferBytes)
    {
        _batch = batch;
        PauseMilliseconds = Math.Min(LongestPause, receiveBufferBytes / Burst);
    }

    /// <summary>How long datagrams may gather; 0 when the buffer is too small for that.</summary>
    public int PauseMilliseconds { get; }

    /// <summary>What to do after a look.</summary>
    /// <param name="taken">Datagrams that it took.</param>
    /// <param name="arrivalUnixMilliseconds">When.</param>
    public NextLook After(int taken, long arrivalUnixMilliseconds)
    {
        // More is there, most likely.
        if (taken == _batch) return NextLook.AtOnce;

        // One datagram now and then is best waited for.
        if (taken == 0) return NextLook.WhenOneComes;
        var sinceLast = arrivalUnixMilliseconds - _lastArrival;
        _lastArrival = arrivalUnixMilliseconds;
        return PauseMilliseconds > 0 && (taken > 1 || sinceLast <= 2 * PauseMilliseconds) ? NextLook.AfterPause : NextLook.WhenOneComes;
    }
}

/// <summary>When a socket is looked at again.</summary>
internal enum NextLook
{
    WhenOneComes,
    AfterPause,
    AtOnce,
}
