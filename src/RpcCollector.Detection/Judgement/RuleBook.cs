using RpcCollector.Detection.Judgement.Rules;

namespace RpcCollector.Detection.Judgement;

/// <summary>Every rule on flows, in the order in which they are asked.</summary>
internal static class RuleBook
{
    public static void Judge(ClientCase it, List<FindingDraft> found)
    {
        // Flows alone never name a domain controller as the attacker: it contacts everybody.
        if (it.Role == HostRole.DomainController) return;
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
