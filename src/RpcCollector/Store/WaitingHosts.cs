using RpcCollector.Flows;

namespace RpcCollector.Store;

/// <summary>
/// Which activities that wait to be sorted in may have a host at either end: found by a hash of its address, so that others are among
/// them. The writer adds, any thread asks.
/// </summary>
/// <remarks>
/// Sixteen octets an activity and a table of half a MiB. Two more indexes in the file cost three times as much a row as all the rest of
/// a burst. What has left the table of those that wait stays here until none waits: who asks reads the rows, which know better.
/// </remarks>
internal sealed class WaitingHosts
{
    /// <summary>Of a host with more, it is faster to read those that wait by time: a page is full soon.</summary>
    public const int MostOfHost = 4_000;

    private const int BucketBits = 17;

    // A piece is no large object of the runtime's.
    private const int PieceLength = 4_096;

    // Kept for those that wait next, as the buckets are: a few wait every few seconds.
    private const int KeptPieces = 1 + (2 * StoreRoom.SortedTogether / PieceLength);

    private readonly Lock _lock = new();
    private readonly List<Entry[]> _pieces = [];
    private readonly int _capacity;
    private int[]? _firsts;
    private int _count;
    private bool _isWhole;

    /// <param name="isWhole">False when activities wait already that it does not know: it knows nothing before none waits.</param>
    public WaitingHosts(int capacity, bool isWhole) => (_capacity, _isWhole) = (capacity, isWhole);

    /// <summary>To be told before what it adds is committed.</summary>
    public void Add(long id, HostAddress client, HostAddress server)
    {
        lock (_lock)
        {
            if (!_isWhole) return;
            if (_count + 2 > _capacity)
            {
                Forget();
                _isWhole = false;
                return;
            }

            _firsts ??= new int[1 << BucketBits];
            Link(id, client);
            Link(id, server);
        }
    }

    /// <summary>None waits any more.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            if (_count > 0) Forget();
            _isWhole = true;
        }
    }

    /// <summary>To be asked before the rows are read: what comes later is not missed by who asked before.</summary>
    /// <returns>Each id once; null when it is not known, or they are more than <see cref="MostOfHost"/>.</returns>
    public IReadOnlyCollection<long>? Of(HostAddress host)
    {
        var ids = new HashSet<long>();
        lock (_lock)
        {
            if (!_isWhole) return null;
            if (_firsts is null) return ids;

            // Places are counted from one: none is 0.
            for (var place = _firsts[Bucket(host)]; place != 0;)
            {
                var entry = _pieces[(place - 1) / PieceLength][(place - 1) % PieceLength];
                if (ids.Add(entry.Id) && ids.Count > MostOfHost) return null;
                place = entry.Next;
            }
        }

        return ids;
    }

    private static int Bucket(HostAddress host) =>
        (int)(((host.High * 0x9E37_79B9_7F4A_7C15) ^ (host.Low * 0xC2B2_AE3D_27D4_EB4F)) >> (64 - BucketBits));

    private void Link(long id, HostAddress host)
    {
        if (_count / PieceLength == _pieces.Count) _pieces.Add(new Entry[PieceLength]);
        ref var first = ref _firsts![Bucket(host)];
        _pieces[_count / PieceLength][_count % PieceLength] = new Entry(id, first);
        first = ++_count;
    }

    private void Forget()
    {
        if (_pieces.Count > KeptPieces) _pieces.RemoveRange(KeptPieces, _pieces.Count - KeptPieces);
        if (_firsts is not null) Array.Clear(_firsts);
        _count = 0;
    }

    private readonly record struct Entry(long Id, int Next);
}
