namespace RpcCollector.Lab.Evaluation.Adversary.Staging;

/// <summary>What a trick costs the attacker, for one attack, besides the attack itself. Its packets are counted, not stated.</summary>
/// <param name="OwnHosts">Hosts that he must own besides the one he attacks from.</param>
/// <param name="ForgedHosts">Hosts whose addresses he forges.</param>
/// <param name="Days">On how many days he must act before or after the attack; 0 when an hour will do.</param>
internal readonly record struct AttackerCost(int OwnHosts = 0, int ForgedHosts = 0, int Days = 0);
