namespace RpcCollector.Flows.Exporters;

/// <summary>Finds the session of a datagram in a few nanoseconds among those that one decoding thread met lately; the catalog is asked for all others.</summary>
/// <remarks>Two places for each hash, in one line of memory; the table grows while sessions push each other out, up to its bound.</remarks>
internal sealed class SessionCache
{
    private const int FewestPlaces = 64;
    private const int MostPlaces = 32_768;

    private SessionDomain?[] _sessions = new SessionDomain?[FewestPlaces];
    private int _pushedOut;

    public SessionDomain? Find(in HostAddress exporter, in SessionKey key)
    {
        var place = PlaceOf(exporter, key);
        if (_sessions[place] is { } first && first.Is(exporter, key)) return first;
        return _sessions[place ^ 1] is { } second && second.Is(exporter, key) ? second : null;
    }

    public void Add(SessionDomain session)
    {
        if (_pushedOut > _sessions.Length / 8 && _sessions.Length < MostPlaces) Grow();
        Put(session);
    }

    public void Clear()
    {
        _sessions = new SessionDomain?[FewestPlaces];
        _pushedOut = 0;
    }

    private void Grow()
    {
        var sessions = _sessions;
        _sessions = new SessionDomain?[sessions.Length * 2];
        foreach (var session in sessions)
        {
            if (session is { IsForgotten: false }) Put(session);
        }

        _pushedOut = 0;
    }

    private void Put(SessionDomain session)
    {
        var place = PlaceOf(session.Exporter.Address, session.Key);
        if (_sessions[place] is { IsForgotten: false } first)
        {
            if (_sessions[place ^ 1] is { IsForgotten: false }) _pushedOut++;
            _sessions[place ^ 1] = first;
        }

        _sessions[place] = session;
    }

    private int PlaceOf(in HostAddress exporter, in SessionKey key)
    {
        var ends = ((ulong)key.ExporterPort << 48) | ((ulong)key.CollectorPort << 32) | key.ObservationDomainId;
        var mixed = ((exporter.Low ^ ulong.RotateLeft(exporter.High, 29)) * 0x9E37_79B9_7F4A_7C15) ^ (ends * 0xD6E8_FEB8_6659_FD93);
        return (int)((mixed ^ (mixed >> 29)) * 0x9E37_79B9_7F4A_7C15 >> 40) & (_sessions.Length - 1);
    }
}
