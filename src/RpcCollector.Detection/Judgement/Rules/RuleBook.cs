using System.Collections.Frozen;
using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>Every rule, in the order in which they are asked.</summary>
internal static class RuleBook
{
    /// <param name="found">Empty: it takes what is found of the hour.</param>
    public static void Judge(ClientCase subject, OpenOperations operations, List<FindingDraft> found)
    {
        JudgeFlows(subject, found);
        NamedOperations.Judge(subject, operations, found);
        PipeOpened.Judge(subject, operations, found);
        BriefPipeCalls.Judge(subject, found);
        MapperDump.Judge(subject, found);
        LeaveOut(subject, found);
    }

    private static void JudgeFlows(ClientCase subject, List<FindingDraft> found)
    {
        PeerToPeerRpc.Judge(subject, found);
        FirstAdministration.Judge(subject, found);
        NewRpcClient.Judge(subject, found);
        BriefCall.Judge(subject, found);
        RpcSweep.Judge(subject, found);
        MapperBurst.Judge(subject, found);
        FirewalledServiceControl.Judge(subject, found);
        ReplicationToClient.Judge(subject, found);
        Pivot.Judge(subject, found);
        ServerTurnsClient.Judge(subject, found);
        WorkstationServes.Judge(subject, found);
        ContactInReturn.Judge(subject, found);
        LargeUpload.Judge(subject, found);
        UnusualEndpoint.Judge(subject, found);

        // What is left out tells of nothing else either.
        LeaveOut(subject, found);
        ToldOnce.Judge(subject, found, beyondContact: false);
        ToldOfOthers.Judge(subject, found);
        ToldOfHabit.Judge(subject, found);

        // What is more than the contact is a question still where that is none any more.
        ToldOnce.Judge(subject, found, beyondContact: true);
    }

    private static void LeaveOut(ClientCase subject, List<FindingDraft> found)
    {
        if (subject.LeftOut.Count > 0) LeaveOut(subject.LeftOut, subject, found);
    }

    // A method of its own: a closure is allocated where its method begins, also where nothing is left out.
    private static void LeaveOut(FrozenSet<FindingKind> leftOut, ClientCase subject, List<FindingDraft> found)
    {
        found.RemoveAll(draft => leftOut.Contains(draft.Kind));
        if (leftOut.Contains(FindingKind.UnusualEndpoint)) subject.RareUses.Clear();
    }
}
