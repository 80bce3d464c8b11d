namespace RpcCollector.Transport;

/// <summary>When a receiving thread looks at its socket again. While datagrams keep coming it does not wait for the first of them, which would wake it for every few, but lets many gather.</summary>
/// <remarks>
/// Waking a thread costs as much as taking some tens of datagrams (more in a virtual machine). What gathers meanwhile is in the kernel's buffer, so the pause is bounded by what that holds.
/// </remarks>
internal sealed class ReceivePace
{
    /// <summary>Ten milliseconds more or less are nothing to a flow that was exported seconds after its start.</summary>
    public const int LongestPause = 10;

    // Octets a millisecond: a burst at 4 Gbit/s does not fill the buffer during a pause.
    private const int Burst = 500_000;

    // Milliseconds of full batches: longer than a pause takes to catch up with at two thirds of what a thread can do.
    private const int Patience = 20;

    private readonly int _batch;
    private long _lastArrival = long.MinValue / 2;
    private long _fullSince;
    private long _lastCall = long.MinValue / 2;
    private bool _isFull;

    /// <param name="batch">The most that one look takes.</param>
    /// <param name="receiveBufferBytes">What the kernel granted.</param>
    public ReceivePace(int batch, int receiveBufferBytes)
    {
        _batch = batch;
        PauseMilliseconds = Math.Min(LongestPause, receiveBufferBytes / Burst);
    }

    /// <summary>How long datagrams may gather; 0 when the buffer is too small for that.</summary>
    public int PauseMilliseconds { get; }

    /// <summary>True when full batches follow each other for so long that the thread cannot keep up alone.</summary>
    public bool IsBehind => _isFull && _lastArrival - _fullSince >= Patience;

    /// <summary>True when one should be called to help: another after some time, if help is still needed then.</summary>
    public bool CallsForHelp => IsBehind && (_lastArrival - _lastCall is < 0 or >= Patience);

    /// <summary>Somebody was called to help, and needs some time to show.</summary>
    public void Called() => _lastCall = _lastArrival;

    /// <summary>What to do after a look.</summary>
    /// <param name="taken">Datagrams that it took.</param>
    /// <param name="arrivalUnixMilliseconds">When.</param>
    public NextLook After(int taken, long arrivalUnixMilliseconds)
    {
        var sinceLast = arrivalUnixMilliseconds - _lastArrival;
        if (taken > 0) _lastArrival = arrivalUnixMilliseconds;

        // More is there, most likely.
        if (taken == _batch)
        {
            // A clock that is set back starts the count anew.
            if (!_isFull || arrivalUnixMilliseconds < _fullSince) _fullSince = arrivalUnixMilliseconds;
            _isFull = true;
            return NextLook.AtOnce;
        }

        // One datagram now and then is best waited for. Nothing after full batches means that exactly so many had come.
        var follows = taken > 1 || _isFull || (taken == 1 && sinceLast <= 2 * PauseMilliseconds);
        _isFull = false;
        return follows && PauseMilliseconds > 0 ? NextLook.AfterPause : NextLook.WhenOneComes;
    }
}

/// <summary>When a socket is looked at again.</summary>
internal enum NextLook
{
    WhenOneComes,
    AfterPause,
    AtOnce,
}
