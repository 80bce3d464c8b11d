using RpcCollector.Detection.Tables;

namespace RpcCollector.Detection.Join;

/// <summary>
/// What is refused by one device and carried by another is carried: finds the rows of both kinds that are about one connection.
/// </summary>
/// <remarks>
/// A firewall that states "denied" says what it did with the packets that came to it. It takes nothing from what others saw, whichever of
/// them reports first, so who forges such a record silences nothing: a refused row is reported as long as no row shows that its
/// connection was carried.
/// </remarks>
internal sealed class Refusals(JoinOptions options, FlowTable flows)
{
    private readonly long _gap = (long)options.SameConnectionGap.TotalMilliseconds;
    private readonly long _skew = (long)options.ExporterSkew.TotalMilliseconds;

    /// <summary>True for a refused row when the connection that it is about was carried, as far as is known.</summary>
    public bool IsCarried(in FlowRow row) => row.IsRefused
        && (!row.Has(FlowMarks.NoDroppedMatch) || flows.Find(row.AsOtherwise, _gap, _skew) != FlowRow.None);

    /// <summary>A refused row that has a mark, of a connection that is carried; none when negative.</summary>
    public int Find(in FlowRow carried, FlowMarks mark) =>
        carried.IsRefused || flows.NumRefused == 0 ? FlowRow.None : flows.FindMarked(carried.AsOtherwise, _gap, _skew, mark);

    /// <summary>A carried connection is dropped: what others refused of it stays unreported.</summary>
    public void Leave(in FlowRow carried)
    {
        for (var refused = Find(carried, FlowMarks.NoDroppedMatch); refused != FlowRow.None;
             refused = Find(carried, FlowMarks.NoDroppedMatch))
        {
            flows.Mark(refused, flows[refused].Marks & ~FlowMarks.NoDroppedMatch);
        }
    }
}
