using System.Runtime.CompilerServices;

namespace RpcCollector.Flows.Exporters;

/// <summary>The sessions that one decoding thread saw lately, found in a few nanoseconds; for all others the catalog is asked.</summary>
/// <remarks>Each hash has four slots in one cache line. The table grows, up to its bound, while sessions evict each other.</remarks>
internal sealed class SessionCache
{
    private const int Ways = 4;
    private const int FewestPlaces = 64;
    private const int LargePlaces = 1024;
    private const int MostPlaces = 32_768;

    private Place[] _places = new Place[FewestPlaces];
    private int _pushedOut;

    /// <summary>True when there are too many sessions for the processor's inner caches.</summary>
    public bool IsLarge => _places.Length >= LargePlaces;

    public SessionDomain? Find(in HostAddress exporter, in SessionKey key)
    {
        var hash = HashOf(exporter, key);
        foreach (ref readonly var place in WaysOf(hash))
        {
            if (place.Hash == hash && place.Session is { } session && session.Is(exporter, key)) return session;
        }

        return null;
    }

    /// <summary>Prefetches the slots where a session would be.</summary>
    /// <returns>The hash, by which <see cref="Guess"/> finds the session.</returns>
    public uint Fetch(in HostAddress exporter, in SessionKey key)
    {
        var hash = HashOf(exporter, key);
        CacheLines.Fetch(in WaysOf(hash)[0], Ways * Unsafe.SizeOf<Place>());
        return hash;
    }

    /// <summary>The session that most likely has this hash; null when none has.</summary>
    public SessionDomain? Guess(uint hash)
    {
        foreach (ref readonly var place in WaysOf(hash))
        {
            if (place.Hash == hash) return place.Session;
        }

        return null;
    }

    public void Add(SessionDomain session)
    {
        if (_pushedOut > _places.Length / 8 && _places.Length < MostPlaces) Grow();
        Put(new Place(HashOf(session.Exporter.Address, session.Key), session));
    }

    public void Clear()
    {
        _places = new Place[FewestPlaces];
        _pushedOut = 0;
    }

    private void Grow()
    {
        var places = _places;
        _places = new Place[places.Length * 2];
        foreach (var place in places)
        {
            if (place.Session is not null) Put(place);
        }

        _pushedOut = 0;
    }

    private void Put(in Place place)
    {
        var ways = WaysOf(place.Hash);
        var way = 0;
        while (way < Ways && ways[way].Session is { IsForgotten: false }) way++;
        if (way == Ways)
        {
            // The newest sessions come first; the last one is evicted.
            way--;
            _pushedOut++;
            ways[..way].CopyTo(ways[1..]);
            way = 0;
        }

        ways[way] = place;
    }

    private Span<Place> WaysOf(uint hash) => _places.AsSpan((int)(hash & (uint)(_places.Length - Ways)), Ways);

    private static uint HashOf(in HostAddress exporter, in SessionKey key)
    {
        var ends = ((ulong)key.ExporterPort << 48) | ((ulong)key.CollectorPort << 32) | key.ObservationDomainId;
        var mixed = ((exporter.Low ^ ulong.RotateLeft(exporter.High, 29)) * 0x9E37_79B9_7F4A_7C15) ^ (ends * 0xD6E8_FEB8_6659_FD93);
        return (uint)((mixed ^ (mixed >> 29)) * 0x9E37_79B9_7F4A_7C15 >> 32);
    }

    private readonly record struct Place(uint Hash, SessionDomain? Session);
}
