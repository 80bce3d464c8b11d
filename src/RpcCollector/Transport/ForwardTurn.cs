using RpcCollector.Flows;

namespace RpcCollector.Transport;

/// <summary>The datagrams that are forwarded at once, and those of each Transport Session among them in their order.</summary>
internal sealed unsafe class ForwardTurn
{
    /// <summary>The most datagrams of a turn.</summary>
    public const int Most = 512;

    private const int Places = 2 * Most;
    private const int None = -1;

    private readonly DatagramRing.Entry*[] _entries = new DatagramRing.Entry*[Most];
    private readonly short[] _next = new short[Most];
    private readonly Chain[] _chains = new Chain[Most];

    // Chain by hash of the session; a place whose chain is of another turn is free.
    private readonly (int Turn, short Chain)[] _byHash = new (int, short)[Places];
    private int _turn;

    public int Count { get; private set; }

    public int NumChains { get; private set; }

    public DatagramRing.Entry* this[int index] => _entries[index];

    /// <summary>The first datagram of a session.</summary>
    public int FirstOf(int chain) => _chains[chain].First;

    /// <summary>How many datagrams a session has.</summary>
    public int CountOf(int chain) => _chains[chain].Count;

    /// <summary>The datagram that follows another of the same session; negative when none does.</summary>
    public int NextOf(int index) => _next[index];

    /// <summary>Takes what waits in a ring, up to as many as fit.</summary>
    /// <returns>False when nothing waits.</returns>
    public bool Read(DatagramRing ring)
    {
        Count = ring.Read(_entries);
        NumChains = 0;
        _turn++;
        for (var i = 0; i < Count; i++) Link(i);
        return Count > 0;
    }

    private void Link(int index)
    {
        var (address, port) = (_entries[index]->Address, _entries[index]->Port);
        _next[index] = None;
        for (var place = (int)((address.Hash() + port) % Places); ; place = (place + 1) % Places)
        {
            ref var found = ref _byHash[place];
            if (found.Turn != _turn)
            {
                found = (_turn, (short)NumChains);
                _chains[NumChains++] = new Chain { First = index, Last = index, Count = 1 };
                return;
            }

            ref var chain = ref _chains[found.Chain];
            if (_entries[chain.First]->Address != address || _entries[chain.First]->Port != port) continue;
            _next[chain.Last] = (short)index;
            chain.Last = index;
            chain.Count++;
            return;
        }
    }

    private struct Chain
    {
        public int First;
        public int Last;
        public int Count;
    }
}
