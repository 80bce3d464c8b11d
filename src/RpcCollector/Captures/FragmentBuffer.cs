using RpcCollector.Flows;

namespace RpcCollector.Captures;

/// <summary>
/// Puts the fragments of IP packets together again (RFC 791, 3.2; RFC 8200, 4.5): at most <see cref="Capacity"/> packets at a time.
/// </summary>
internal sealed class FragmentBuffer
{
    /// <summary>How many packets may be incomplete at once; the oldest is given up for a new one.</summary>
    public const int Capacity = 64;

    private const int MaxLength = 65_536;

    private readonly Dictionary<Key, Assembly> _assemblies = [];
    private readonly LinkedList<Key> _oldestFirst = [];
    private readonly Stack<Assembly> _free = [];

    /// <summary>Packets that were given up before they were whole, and those still waiting.</summary>
    public long Incomplete => _givenUp + _assemblies.Count;

    private long _givenUp;

    /// <summary>Takes one fragment; true when its packet is whole now. The payload is valid until the next call.</summary>
    public bool TryComplete(ref IPPacket packet)
    {
        var key = new Key(packet.Source, packet.Destination, packet.FragmentId, packet.Protocol);
        var end = packet.FragmentOffset + packet.Payload.Length;
        if (packet.IsCut || end > MaxLength || (packet.HasMoreFragments && packet.Payload.Length % 8 != 0)) return false;
        if (!_assemblies.TryGetValue(key, out var assembly)) assembly = Begin(key);
        if (!assembly.TryAdd(packet.FragmentOffset, packet.Payload, isLast: !packet.HasMoreFragments)) return false;
        packet.Payload = assembly.Whole;
        (packet.IsFragment, packet.FragmentOffset, packet.HasMoreFragments) = (false, 0, false);
        End(key, assembly);
        return true;
    }

    private Assembly Begin(Key key)
    {
        if (_assemblies.Count == Capacity)
        {
            var oldest = _oldestFirst.First!.Value;
            End(oldest, _assemblies[oldest]);
            _givenUp++;
        }

        var assembly = _free.TryPop(out var used) ? used : new Assembly();
        assembly.Clear();
        _assemblies[key] = assembly;
        _oldestFirst.AddLast(key);
        return assembly;
    }

    private void End(Key key, Assembly assembly)
    {
        _assemblies.Remove(key);
        _oldestFirst.Remove(key);
        _free.Push(assembly);
    }

    private readonly record struct Key(HostAddress Source, HostAddress Destination, uint Id, byte Protocol);

    /// <summary>One incomplete packet: which units of 8 octets have arrived, and where the last one ends.</summary>
    private sealed class Assembly
    {
        private readonly byte[] _octets = new byte[MaxLength];
        private readonly bool[] _present = new bool[MaxLength / 8];
        private int _numPresent;
        private int _length;

        public ReadOnlySpan<byte> Whole => _octets.AsSpan(0, _length);

        public void Clear()
        {
            Array.Clear(_present);
            (_numPresent, _length) = (0, 0);
        }

        public bool TryAdd(int offset, ReadOnlySpan<byte> payload, bool isLast)
        {
            var (first, numUnits) = (offset / 8, (payload.Length + 7) / 8);

            // What has arrived is never overwritten: a repeated fragment adds nothing, and an overlapping one is not trusted (RFC 5722).
            if (_present.AsSpan(first, numUnits).Contains(true)) return false;
            _present.AsSpan(first, numUnits).Fill(true);
            payload.CopyTo(_octets.AsSpan(offset));
            _numPresent += numUnits;
            if (isLast) _length = offset + payload.Length;
            return _length > 0 && _numPresent == (_length + 7) / 8;
        }
    }
}
