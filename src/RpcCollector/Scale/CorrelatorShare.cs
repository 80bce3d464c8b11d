using System.Globalization;
using RpcCollector.Options;

namespace RpcCollector.Scale;

/// <summary>
/// Which partitions a correlator has: each holds one of as many places as there are partitions, sees who holds the others, and the
/// partitions go round among those that live.
/// </summary>
/// <remarks>
/// Nobody waits for anybody: until all see the same, a partition may have two owners, who say the same, or none, whose log waits. One
/// thread looks; any may ask.
/// </remarks>
internal sealed class CorrelatorShare(IFlowLog log, ScaleOptions options, string holder)
{
    /// <summary>More correlators than these are spare.</summary>
    private const int MostPlaces = 32;

    private readonly Seen[] _places = [.. Enumerable.Range(0, Math.Min(options.Partitions, MostPlaces)).Select(_ => new Seen())];
    private LogLease? _own;
    private int _place = -1;
    private volatile int[] _partitions = [];
    private volatile int _numLiving;

    /// <summary>The partitions that are its own, in their order.</summary>
    public IReadOnlyList<int> Partitions => _partitions;

    /// <summary>Correlators that live, as far as the last look said.</summary>
    public int NumLiving => _numLiving;

    /// <summary>Looks who lives, holds a place of its own for longer, or takes one that is free.</summary>
    /// <exception cref="FlowLogException">That cannot be said now: what it has stays.</exception>
    public async Task LookAsync(CancellationToken stopping)
    {
        if (_own is not null) await _own.RenewAsync(stopping);
        if (_own is { IsOwn: false }) (_own, _place) = (null, -1);
        for (var number = 0; number < _places.Length; number++)
        {
            if (number == _place) continue;
            var found = await log.FindLeaseAsync(NameOf(number), stopping);
            _places[number].See(found, options.Lease);
            if (_own is null && !_places[number].IsAlive) await TryTakeAsync(number, found, stopping);
        }

        int[] living = [.. Enumerable.Range(0, _places.Length).Where(number => number == _place || _places[number].IsAlive)];
        var rank = Array.IndexOf(living, _place);
        _numLiving = living.Length;
        _partitions = rank < 0
            ? []
            : [.. Enumerable.Range(0, options.Partitions).Where(partition => partition % living.Length == rank)];
    }

    /// <summary>A planned end: the others have its partitions as soon as they look.</summary>
    /// <exception cref="FlowLogException">It was not confirmed.</exception>
    public async Task GiveBackAsync(CancellationToken stopping)
    {
        if (_own is not null) await _own.GiveBackAsync(stopping);
        (_own, _place, _partitions) = (null, -1, []);
    }

    private async Task TryTakeAsync(int number, HeldLease? found, CancellationToken stopping)
    {
        var lease = new LogLease(log, options, NameOf(number), holder) { Seen = found is null ? null : _places[number].Last };
        await lease.RenewAsync(stopping);
        if (lease.IsOwn) (_own, _place) = (lease, number);
    }

    private static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"correlator-{number}");

    /// <summary>What is seen of one place.</summary>
    private sealed class Seen
    {
        public HeldLease? Last { get; private set; }

        public bool IsAlive { get; private set; }

        /// <summary>Who holds a place lives while its lease is renewed.</summary>
        public void See(HeldLease? found, TimeSpan lease)
        {
            if (found is null || Last is null || found.Revision != Last.Revision) Last = found;
            IsAlive = Last is { } last && Environment.TickCount64 - last.SeenTicks < lease.TotalMilliseconds;
        }
    }
}
