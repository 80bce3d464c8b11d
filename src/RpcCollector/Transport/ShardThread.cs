using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Vitals;

namespace RpcCollector.Transport;

/// <summary>The thread of one shard: takes flow starts from its rings, one ring per decoding thread, and keeps the shard's clock.</summary>
/// <remarks>
/// A shard belongs to one thread at a time, but not always to the same one. A decoding thread that keeps up takes the flow starts that it
/// wrote itself: they are still in its core's cache, and no thread must be woken. A decoding thread that is behind leaves them to this one.
/// </remarks>
internal sealed class ShardThread : IDisposable
{
    // Long enough to cost nothing when idle, short enough for what the shard drops by the clock.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(500);

    // What is due is let go of so often, in milliseconds.
    private const long BetweenTicks = 100;

    // A ring that stands still is empty after three rounds at most: it wraps around once, and the tail seen before may be outdated.
    private const int MostRounds = 5;

    private readonly IShard _shard;
    private readonly FlowStartRing[] _rings;
    private readonly Thread _thread;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Lock _ownership = new();
    private readonly ArrivalClock _clock;
    private ArrivalTime _ticked;
    private int _asleep;
    private volatile bool _ending;

    public ShardThread(int number, IShard shard, FlowStartRing[] rings, ArrivalClock clock)
    {
        (Number, _shard, _rings, _clock) = (number, shard, rings, clock);
        Heartbeat = new Heartbeat(Part.Shard, $"shard {number}", Heartbeat.OfThread);
        _thread = new Thread(() => Heartbeat.Run(Run)) { Name = $"shard {number}", IsBackground = true };
    }

    public int Number { get; }

    public IShard Shard => _shard;

    public Heartbeat Heartbeat { get; }

    public bool IsRunning => _thread.IsAlive;

    /// <summary>Flow starts that wait for this thread.</summary>
    public int NumQueued => _rings.Sum(ring => ring.Count);

    public void Start() => _thread.Start();

    /// <summary>Wakes the thread if it sleeps. Called by a producer after it has published.</summary>
    public void Wake()
    {
        // The producer's tail must be visible before the flag is read, just as the sleeper sets its flag before it reads the tails:
        // so at least one of them sees the other's write, and this thread never sleeps while a flow start waits.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _asleep) != 0) _wake.Set();
    }

    /// <summary>
    /// Processes what waits in the rings on the calling thread. False when another thread is doing so, or others publish so much that
    /// the rings do not become empty: then call <see cref="Wake"/>.
    /// </summary>
    public bool TryTake()
    {
        if (!_ownership.TryEnter()) return false;
        try
        {
            for (var round = 0; round < MostRounds; round++)
            {
                if (!Drain()) return true;
            }

            return false;
        }
        finally
        {
            _ownership.Exit();
        }
    }

    /// <summary>The producers have ended: takes what waits, completes the shard, and ends the thread.</summary>
    public void Finish()
    {
        End();
        _shard.Complete();
    }

    /// <summary>
    /// The producers have ended: takes what waits, and ends the thread. What the shard holds is its caller's from then on.
    /// </summary>
    /// <param name="patience">How long to wait for that; null for as long as it takes.</param>
    /// <returns>False when it has not ended by then: the shard is still its own.</returns>
    public bool End(TimeSpan? patience = null)
    {
        _ending = true;
        _wake.Set();
        return _thread.Join(patience ?? Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _wake.Dispose();

    private void Run()
    {
        while (true)
        {
            Heartbeat.Beat();

            // Read before the rings, so that everything published before the end is drained.
            var ending = _ending;
            bool drained;
            lock (_ownership)
            {
                drained = Drain();
                Tick();
            }

            if (drained) continue;
            if (ending) break;
            Sleep();
        }
    }

    private bool Drain()
    {
        var any = false;
        foreach (var ring in _rings)
        {
            var starts = ring.Read();
            if (starts.IsEmpty) continue;
            any = true;
            _shard.Offer(starts, Number);
            ring.Release(starts.Length);
        }

        return any;
    }

    private void Tick()
    {
        var now = _clock.Read();
        if (now.Era == _ticked.Era && now.UnixMilliseconds - _ticked.UnixMilliseconds < BetweenTicks) return;
        _ticked = now;
        _shard.AdvanceTo(now);
    }

    private void Sleep()
    {
        Interlocked.Exchange(ref _asleep, 1);
        if (NumQueued == 0 && !_ending) _wake.WaitOne(LongestSleep);
        Volatile.Write(ref _asleep, 0);
    }
}
