using RpcCollector.Flows.Messages;

namespace RpcCollector.Flows.Templates;

/// <summary>
/// Weighs how well a Data Set fits a layout, in about bits: what each value says for or against its place being what the layout says
/// it is. Only asked while several layouts are stated for one Template ID, or the one that stands is in doubt.
/// </summary>
/// <remarks>
/// What speaks for a record counts up to a bound, which an ordinary record of its true layout reaches. So nobody can state a layout that
/// fits the records of another better than their own does, only one that fits them as well; and then what stood before goes on.
/// </remarks>
internal static class LayoutFit
{
    /// <summary>A layout that weighs this much more than another shows that the Set was not written by the other.</summary>
    public const int Margin = 12;

    /// <summary>A Set shorter than one record, or a record that ends beyond its Set.</summary>
    public const int None = -1_000;

    private const int MostForRecord = 24;

    // What a record weighs at least whose values are beyond doubt.
    private const int SoundRecord = 18;
    private const int MostAgainstRecord = -100;

    // All layouts are weighed by the same octets: the records that begin within them.
    private const int WeighedOctets = 2_048;

    // Shorter records hold too little to be weighed, and there may be too many of them.
    private const int LeastWeighedRecord = 8;

    // Sets are padded to four or eight octets (RFC 7011, 3.3.1), with zeros.
    private const int MostPadding = 7;
    private const int UsualPadding = 3;

    public static SetWeight Weigh(ReadOnlySpan<byte> content, RecordPlan plan, in MessageHeader header, long arrivalUnixMilliseconds)
    {
        if (content.Length < plan.MinimumLength) return new SetWeight(None, IsSound: false);
        scoped Span<byte> scratch = stackalloc byte[plan.IsVariableLength ? RecordPlan.MaxScratchLength : 0];
        var (weight, place, records) = (0, 0, 0);
        while (content.Length - place >= plan.MinimumLength)
        {
            scoped var record = content[place..];
            var length = plan.MinimumLength;
            if (plan.IsVariableLength)
            {
                length = plan.Gather(record, scratch);
                if (length < 0) return new SetWeight(None, IsSound: false);
                record = scratch;
            }

            if (plan.MinimumLength < LeastWeighedRecord && plan.IsVariableLength)
            {
                records++;
            }
            else if (place < WeighedOctets && plan.MinimumLength >= LeastWeighedRecord)
            {
                var fit = new RecordFit(plan, record, header, arrivalUnixMilliseconds);
                weight += Math.Max(Math.Min(fit.For, MostForRecord) + fit.Against, MostAgainstRecord);
                records++;
            }
            else if (!plan.IsVariableLength)
            {
                records++;

                // The rest only says where the last record ends.
                place += (content.Length - place) / length * length;
                break;
            }

            place += length;
        }

        var padding = WeighPadding(content[place..], plan.MinimumLength);
        return new SetWeight(weight + padding, IsSound: padding >= 0 && weight >= records * SoundRecord);
    }

    /// <summary>A whole number of records speaks for a layout the more, the longer its records are.</summary>
    private static int WeighPadding(ReadOnlySpan<byte> padding, int recordLength)
    {
        if (padding.IsEmpty) return Math.Min(int.Log2(recordLength), 6);
        var isZero = !padding.ContainsAnyExcept((byte)0);
        if (!isZero) return padding.Length <= UsualPadding ? -6 : -24;
        return padding.Length <= UsualPadding ? 2 : padding.Length <= MostPadding ? 0 : -24;
    }
}

/// <summary>How well a Set fits a layout.</summary>
/// <param name="Weight">In bits, of all its records and its padding; comparable only between layouts of the same Set.</param>
/// <param name="IsSound">True when it fits so well that no other layout can be the better one.</param>
internal readonly record struct SetWeight(int Weight, bool IsSound)
{
    /// <summary>True when the Set was written by this layout and not by the other.</summary>
    public bool Excludes(SetWeight other, int margin = LayoutFit.Margin) => !other.IsSound && Weight >= other.Weight + margin;
}
