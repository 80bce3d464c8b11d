using RpcCollector.Flows;

namespace RpcCollector.Http.Access;

/// <summary>Says when somebody may try a password again.</summary>
/// <remarks>
/// Three counts, each in a bounded table. Of a name and a client together: after five failures each further try waits twice as long, up to
/// a minute. Of a client, whatever the names: the same after twenty. Of a name, from clients that it has not logged in from: after thirty a
/// try every two seconds, so that many clients together do not guess faster. None of them locks: whoever is meant waits a minute at most,
/// and where they have logged in before, others' failures elsewhere do not count. Trying too early changes nothing.
/// </remarks>
internal sealed class LoginThrottle(TimeProvider time)
{
    private const int MaxEntries = 10_000;
    private const int FreeOfPair = 5;
    private const int FreeOfClient = 20;
    private const int FreeOfName = 30;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenTriesOfName = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly Table<(HostAddress Client, string Name)> _pairs = new();
    private readonly Table<HostAddress> _clients = new();
    private readonly Table<string> _names = new();

    // Clients from which names have logged in.
    private readonly Dictionary<(HostAddress Client, string Name), long> _known = [];

    /// <summary>A try is about to be made: it counts as failed until it has succeeded, so that many at once are not one.</summary>
    /// <param name="wait">How long to wait before the next one, when it may not be made now.</param>
    public bool TryBegin(HostAddress client, string name, out TimeSpan wait)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var (pair, ofClient, ofName) = (_pairs.Of((client, name)), _clients.Of(client), _names.Of(name));
            foreach (var entry in (Entry[])[pair, ofClient, ofName])
            {
                if (time.GetElapsedTime(entry.Last, now) > Memory) entry.Failures = 0;
            }

            var isKnown = _known.ContainsKey((client, name));
            wait = Wait(pair, FreeOfPair, now);
            if (!isKnown)
            {
                wait = Max(wait, Max(Wait(ofClient, FreeOfClient, now), WaitOfName(ofName, now)));
            }

            if (wait > TimeSpan.Zero) return false;
            foreach (var entry in (Entry[])[pair, ofClient, ofName])
            {
                entry.Failures++;
                entry.Last = now;
            }

            return true;
        }
    }

    /// <summary>The try has succeeded: what was counted of it is taken back, and the name is known there.</summary>
    public void Succeed(HostAddress client, string name)
    {
        lock (_lock)
        {
            _pairs.Of((client, name)).Failures = 0;

            // The client's failures with other names stay: a guesser who has a login of his own gains nothing by it.
            var (ofClient, ofName) = (_clients.Of(client), _names.Of(name));
            ofClient.Failures = Math.Max(0, ofClient.Failures - 1);
            ofName.Failures = Math.Max(0, ofName.Failures - 1);
            Know(client, name);
        }
    }

    /// <summary>The try was not made.</summary>
    public void TakeBack(HostAddress client, string name)
    {
        lock (_lock)
        {
            foreach (var entry in (Entry[])[_pairs.Of((client, name)), _clients.Of(client), _names.Of(name)])
                entry.Failures = Math.Max(0, entry.Failures - 1);
        }
    }

    /// <summary>The name has logged in from there before.</summary>
    public void Know(HostAddress client, string name)
    {
        lock (_lock)
        {
            if (_known.Count >= MaxEntries && !_known.ContainsKey((client, name)))
                _known.Remove(_known.MinBy(known => known.Value).Key);
            _known[(client, name)] = time.GetTimestamp();
        }
    }

    private TimeSpan Wait(Entry entry, int free, long now)
    {
        if (entry.Failures < free) return TimeSpan.Zero;
        var pause = TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Math.Pow(2, Math.Min(10, entry.Failures - free))));
        return pause - time.GetElapsedTime(entry.Last, now);
    }

    private TimeSpan WaitOfName(Entry entry, long now) =>
        entry.Failures < FreeOfName ? TimeSpan.Zero : BetweenTriesOfName - time.GetElapsedTime(entry.Last, now);

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private sealed class Entry
    {
        public int Failures { get; set; }

        public long Last { get; set; }
    }

    /// <summary>One too many takes the place of the one that was tried longest ago.</summary>
    private sealed class Table<TKey>
        where TKey : notnull
    {
        private readonly Dictionary<TKey, LinkedListNode<(TKey Key, Entry Entry)>> _entries = [];
        private readonly LinkedList<(TKey Key, Entry Entry)> _order = [];

        public Entry Of(TKey key)
        {
            if (_entries.TryGetValue(key, out var node))
            {
                _order.Remove(node);
            }
            else
            {
                if (_entries.Count >= MaxEntries)
                {
                    _entries.Remove(_order.First!.Value.Key);
                    _order.RemoveFirst();
                }

                node = new LinkedListNode<(TKey, Entry)>((key, new Entry()));
                _entries.Add(key, node);
            }

            _order.AddLast(node);
            return node.Value.Entry;
        }
    }
}
