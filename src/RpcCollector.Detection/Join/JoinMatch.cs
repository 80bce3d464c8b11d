namespace RpcCollector.Detection.Join;

/// <summary>How well a mapper flow fits an endpoint flow; the default fits not at all.</summary>
internal readonly record struct JoinMatch(JoinBasis Basis, long DistanceMilliseconds, long MapperStart, ushort MapperClientPort)
{
    public bool Qualifies => Basis != default;

    /// <summary>
    /// Car before extended, then the nearer start, then the earlier mapper flow, then its smaller client port: a total order, since no
    /// two flows of a pair share start and ports.
    /// </summary>
    public bool IsBetterThan(in JoinMatch other)
    {
        if (!Qualifies || !other.Qualifies) return Qualifies;
        if (Basis != other.Basis) return Basis.IsBetterThan(other.Basis);
        if (DistanceMilliseconds != other.DistanceMilliseconds) return DistanceMilliseconds < other.DistanceMilliseconds;
        if (MapperStart != other.MapperStart) return MapperStart < other.MapperStart;
        return MapperClientPort < other.MapperClientPort;
    }

    /// <summary>True when nothing but the mapper flows' client ports says which is better.</summary>
    public bool FitsLike(in JoinMatch other) =>
        (Basis, DistanceMilliseconds, MapperStart) == (other.Basis, other.DistanceMilliseconds, other.MapperStart);
}
