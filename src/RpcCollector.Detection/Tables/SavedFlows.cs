using RpcCollector.Flows;

namespace RpcCollector.Detection.Tables;

/// <summary>Turns the row of a held flow into its value and back; activities are their owners' to add.</summary>
internal static class SavedFlows
{
    public static SavedFlow Of(in FlowRow row, HostPairs pairs, Witnesses witnesses, long clock)
    {
        var (lead, trail) = witnesses.SpreadOf(row);
        return new SavedFlow
        {
            Age = (uint)clock - row.Arrival,
            Client = pairs.ClientOf(row.Pair),
            Server = pairs.ServerOf(row.Pair),
            ClientPort = row.ClientPort,
            ServerPort = row.ServerPort,
            Start = row.Start,
            Duration = row.Duration,
            Lead = lead,
            Trail = trail,
            ClientOctets = row.ClientOctets,
            ServerOctets = row.ServerOctets,
            ClientTcpFlags = row.ClientTcpFlags,
            ServerTcpFlags = row.ServerTcpFlags,
            Half = row.Half,
            For = row.For,
            Against = row.Against,
            Timed = row.Timed,
            First = row.First,
            Marks = row.Marks,
            PairHasSeveralClocks = pairs[row.Pair].HasSeveralClocks,
            Witness = witnesses.Save(row.Witnesses),
            MapperIndex = FlowRow.None,
        };
    }

    /// <summary>The mirror that a flow stands for.</summary>
    public static SavedFlow Turn(in SavedFlow flow, FlowKind kind) => flow with
    {
        Client = flow.Server,
        Server = flow.Client,
        ClientPort = flow.ServerPort,
        ServerPort = flow.ClientPort,
        ClientOctets = flow.ServerOctets,
        ServerOctets = flow.ClientOctets,
        ClientTcpFlags = flow.ServerTcpFlags,
        ServerTcpFlags = flow.ClientTcpFlags,
        Half = flow.Half.Turn(),
        Timed = flow.Timed.Turn(),
        First = flow.First.Turn(),
        For = flow.Against,
        Against = flow.For,
        Marks = kind == FlowKind.Endpoint ? flow.Marks & FlowMarks.Reported : FlowMarks.None,
        ActivityId = null,
    };

    /// <summary>Writes the row; its witnesses are retained.</summary>
    public static void Restore(in SavedFlow saved, int pair, Witnesses witnesses, out FlowRow row)
    {
        row = default;
        (row.Pair, row.ClientPort, row.ServerPort) = (pair, saved.ClientPort, saved.ServerPort);
        (row.Activity, row.Spread) = (FlowRow.None, FlowRow.None);
        row.Witnesses = witnesses.Retain(saved.Witness);
        (row.ClientOctets, row.ServerOctets) = (saved.ClientOctets, saved.ServerOctets);
        (row.ClientTcpFlags, row.ServerTcpFlags) = (saved.ClientTcpFlags, saved.ServerTcpFlags);
        (row.Half, row.Timed, row.First) = (saved.Half, saved.Timed, saved.First);
        (row.For, row.Against, row.Marks) = (saved.For, saved.Against, saved.Marks);
        var end = saved.Start + saved.Duration;
        witnesses.SetTimes(ref row, saved.Start, end, saved.Start - saved.Lead, end + saved.Trail);
    }
}
