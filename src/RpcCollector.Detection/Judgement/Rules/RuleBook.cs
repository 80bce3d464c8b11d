using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>Every rule, in the order in which they are asked.</summary>
internal static class RuleBook
{
    public static void Judge(ClientCase it, OpenOperations operations, List<FindingDraft> found)
    {
        // Flows alone never name a domain controller as the attacker: it contacts everybody.
        if (it.Role != HostRole.DomainController) JudgeFlows(it, found);
        NamedOperations.Judge(it, operations, found);
    }

    private static void JudgeFlows(ClientCase it, List<FindingDraft> found)
    {
        PeerToPeerRpc.Judge(it, found);
        FirstAdministration.Judge(it, found);
        NewRpcClient.Judge(it, found);
        RpcSweep.Judge(it, found);
        MapperBurst.Judge(it, found);
        FirewalledServiceControl.Judge(it, found);
        ReplicationToClient.Judge(it, found);
        Pivot.Judge(it, found);
    }
}
