namespace RpcCollector.Transport;

/// <summary>
/// Decides when a receiving thread reads its socket again. While datagrams keep coming, the thread pauses and lets many gather, instead
/// of waiting for the first and being woken for every few.
/// </summary>
/// <remarks>
/// Waking a thread costs as much as taking some tens of datagrams (more in a virtual machine). Datagrams gather in the kernel's buffer,
/// so its size bounds the pause.
/// </remarks>
internal sealed class ReceivePace
{
    /// <summary>In milliseconds. Flows are exported seconds after their start, so ten milliseconds more do not matter.</summary>
    public const int LongestPause = 10;

    // Octets per millisecond: even a burst at 4 Gbit/s must not fill the buffer during a pause.
    private const int Burst = 500_000;

    // Milliseconds of full batches. A thread at two thirds of its capacity catches up with a pause in less time than this.
    private const int Patience = 20;

    private readonly int _batch;
    private long _lastArrival = long.MinValue / 2;
    private long _fullSince;
    private long _lastCall = long.MinValue / 2;
    private bool _isFull;

    /// <param name="batch">The most datagrams that one read takes.</param>
    /// <param name="receiveBufferBytes">What the kernel granted.</param>
    public ReceivePace(int batch, int receiveBufferBytes)
    {
        _batch = batch;
        PauseMilliseconds = Math.Min(LongestPause, receiveBufferBytes / Burst);
    }

    /// <summary>How long datagrams may gather; 0 when the buffer is too small for that.</summary>
    public int PauseMilliseconds { get; }

    /// <summary>True when full batches have followed each other for so long that the thread cannot keep up alone.</summary>
    public bool IsBehind => _isFull && _lastArrival - _fullSince >= Patience;

    /// <summary>True when a sibling should be called to help. If one is not enough, another one is called after some time.</summary>
    public bool ShouldCallSibling => IsBehind && (_lastArrival - _lastCall is < 0 or >= Patience);

    /// <summary>A sibling was called to help, and needs some time to make a difference.</summary>
    public void Called() => _lastCall = _lastArrival;

    /// <summary>What to do after a read.</summary>
    /// <param name="taken">Datagrams that it took.</param>
    /// <param name="arrivalUnixMilliseconds">When.</param>
    public NextLook After(int taken, long arrivalUnixMilliseconds)
    {
        var sinceLast = arrivalUnixMilliseconds - _lastArrival;
        if (taken > 0) _lastArrival = arrivalUnixMilliseconds;

        // There is most likely more.
        if (taken == _batch)
        {
            // If the clock is set back, the count starts over.
            if (!_isFull || arrivalUnixMilliseconds < _fullSince) _fullSince = arrivalUnixMilliseconds;
            _isFull = true;
            return NextLook.AtOnce;
        }

        // If datagrams come only now and then, it is best to wait for one. An empty read after full batches only means that they fitted
        // exactly.
        var follows = taken > 1 || _isFull || (taken == 1 && sinceLast <= 2 * PauseMilliseconds);
        _isFull = false;
        return follows && PauseMilliseconds > 0 ? NextLook.AfterPause : NextLook.WhenOneComes;
    }
}

/// <summary>When to read a socket again.</summary>
internal enum NextLook
{
    WhenOneComes,
    AfterPause,
    AtOnce,
}
