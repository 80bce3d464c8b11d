namespace RpcCollector.Lab.Evaluation.Adversary.Staging;

/// <summary>What a trick costs the attacker, for one attack, besides the attack itself. Its packets are counted, not stated.</summary>
/// <param name="OwnHosts">Hosts that he must own besides the one he attacks from.</param>
/// <param name="ForgedHosts">Hosts whose addresses he forges.</param>
/// <param name="Days">On how many days he must act before or after the attack; 0 when an hour will do.</param>
/// <param name="IsForAll">True when it serves all attacks of a network together: then packets are told for all.</param>
internal readonly record struct AttackerCost(int OwnHosts = 0, int ForgedHosts = 0, int Days = 0, bool IsForAll = false)
{
    /// <summary>True when it takes less than twenty hosts besides his own, or less than three days.</summary>
    public bool IsCheap => OwnHosts + ForgedHosts < 20 || Days < 3;
}
