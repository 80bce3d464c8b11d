namespace RpcCollector.Detection.Tables;

/// <summary>A way in which flows were seen, and what is known of the clock that told of them.</summary>
internal readonly record struct SavedWitness(WitnessRow Row, int ClockExporterId, int CorrectionMilliseconds)
{
    public bool Equals(SavedWitness other) =>
        Row.SameAs(other.Row) && ClockExporterId == other.ClockExporterId && CorrectionMilliseconds == other.CorrectionMilliseconds;

    public override int GetHashCode() => (int)Row.Hash();
}
