using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>Connections of SMB that are the pipes of a console of a program which was copied before them, by an upload.</summary>
/// <remarks>
/// <para>
/// Evidence: public descriptions. RemCom, which impacket's psexec and others copy and start by SMB alone, has one pipe each for what is
/// typed, told and failed, and the tool opens a connection of its own for each, at once, while that of the copy stays open to stop the
/// service in the end. Windows' own client puts all pipes and files of a user on one connection (MS-SMB2, 3.2.4.2).
/// </para>
/// <para>
/// Its multichannel opens several, too (MS-SMB2, 3.2.4.1.7): as soon as the first is there, and they share what is written. So the pipes
/// come half a second after the first connection or later, and carry a tenth of what was written at most. Whether others write to the
/// host says nothing here: on a server for files anybody copies files, but no console follows.
/// </para>
/// </remarks>
internal static class ConsolePipes
{
    private const int Pipes = 3;

    // In milliseconds: how close together they begin, and how long after the copy's connection, at least and at most.
    private const int Together = 2_000;
    private const int After = 500;
    private const int Within = 60_000;

    // What is written is so many times what each of them carries.
    private const int Times = 10;

    /// <summary>Those of an hour of one client and server, in their order; null where there are none.</summary>
    public static List<Fact>? Of(OpenFacts facts, int open)
    {
        // Most hours of SMB have no upload: nothing is collected for them.
        if (facts[open].NumUploads == 0 || facts[open].NumFacts <= Pipes) return null;
        var (copies, others) = (new List<Fact>(), new List<Fact>());
        for (var i = facts[open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref facts.Fact(i);
            if (fact is not { HasFlow: true, IsAnswered: true, SamplingInterval: <= 1 } || fact.ServerPort is not (WellKnownPort.Smb
                or WellKnownPort.NetBiosSession)) continue;
            if (fact is not { ClientOctets: > 0, ServerOctets: > 0 }) continue;
            if (fact is { IsUpload: true, ClientOctets: >= Uploads.Octets }) copies.Add(fact);
            else others.Add(fact);
        }

        if (copies.Count == 0 || others.Count < Pipes) return null;
        others.Sort(static (left, right) => (left.FlowAt, left.Key).CompareTo((right.FlowAt, right.Key)));
        var pipes = others.FindAll(other => copies.Exists(copy => IsPipe(other, copy)));
        return pipes.Count == 0 ? null : pipes;

        bool IsPipe(Fact one, Fact copy) => IsOf(one, copy)
            && others.Count(other => Math.Abs(other.FlowAt - one.FlowAt) <= Together && IsOf(other, copy)) >= Pipes;
    }

    private static bool IsOf(in Fact console, in Fact copy) =>
        console.FlowAt - copy.FlowAt is >= After and <= Within && console.FlowAt <= copy.Start + copy.FlowEnd
        && (long)console.ClientOctets * Times <= copy.ClientOctets;
}
