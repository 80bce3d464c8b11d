using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Interpretation;

/// <summary>Reads from a record one packet in how many was sampled, in whichever of the ways of RFC 5477, 8.2 and NetFlow v9.</summary>
/// <remarks>
/// <code>
/// 305, 306   so many packets in a row, then so many skipped; 305 alone is an interval
/// 309, 310   so many of so many
/// 311        with this probability
/// 307, 308   for so many microseconds, then none for so many
/// 50, 34     one in so many
/// </code>
/// The algorithm (304, 35, 49) adds nothing to these, and exporters name wrong ones.
/// </remarks>
internal static class SamplingReader
{
    /// <param name="record">A complete record, or the scratch record.</param>
    /// <param name="interval">One packet in this many; 1 when all were taken, 0 when the record says that it does not sample.</param>
    /// <returns>False when the record says nothing of it, or nothing that makes sense.</returns>
    public static bool TryRead(ReadOnlySpan<byte> record, RecordPlan plan, out uint interval)
    {
        interval = 0;
        if (!plan.StatesSampling) return false;
        var (taken, of) = (Read(FieldRole.SamplingPacketInterval, plan, record), Read(FieldRole.SamplingPacketSpace, plan, record));
        if (taken > 0) interval = plan[FieldRole.SamplingPacketSpace].IsPresent ? OneIn(taken + of, taken) : OneIn(taken, 1);
        if (interval == 0) interval = OneIn(Read(FieldRole.SamplingPopulation, plan, record), Size(plan, record));
        if (interval == 0) interval = OneIn(1, Probability(plan[FieldRole.SamplingProbability], record));
        if (interval == 0)
        {
            taken = Read(FieldRole.SamplingTimeInterval, plan, record);
            if (taken > 0) interval = OneIn(taken + Read(FieldRole.SamplingTimeSpace, plan, record), taken);
        }

        if (interval == 0) interval = OneIn(Read(FieldRole.SamplerRandomInterval, plan, record), 1);
        if (interval == 0) interval = OneIn(Read(FieldRole.SamplingInterval, plan, record), 1);
        return interval != 0 || plan[FieldRole.SamplingInterval].IsPresent || plan[FieldRole.SamplerRandomInterval].IsPresent;
    }

    private static double Read(FieldRole role, RecordPlan plan, ReadOnlySpan<byte> record) => plan[role].Read(record);

    /// <summary>How many of a population are taken: one, when only the population is told.</summary>
    private static double Size(RecordPlan plan, ReadOnlySpan<byte> record) =>
        plan[FieldRole.SamplingSize].IsPresent ? Read(FieldRole.SamplingSize, plan, record) : 1;

    /// <summary>A floating point of eight octets, or reduced to four (RFC 7011, 6.2).</summary>
    private static double Probability(Slot slot, ReadOnlySpan<byte> record) => slot.Length switch
    {
        sizeof(double) => BitConverter.UInt64BitsToDouble(slot.Read(record)),
        sizeof(float) => BitConverter.UInt32BitsToSingle((uint)slot.Read(record)),
        _ => 0,
    };

    /// <summary>0 when that makes no sense. What leaves anything out is never 1, which means that nothing is.</summary>
    private static uint OneIn(double all, double taken)
    {
        var ratio = all / taken;
        if (!double.IsFinite(ratio) || ratio <= 0) return 0;
        return ratio <= 1 ? 1 : (uint)Math.Clamp(Math.Round(ratio), 2, uint.MaxValue);
    }
}
