namespace RpcCollector.Detection.Wire;

/// <summary>What a message for the judge carries: a closed list. The numbers are those of <c>kaitai/rpc_act_message.ksy</c>.</summary>
public enum ActChangeKind : byte
{
    None = 0,
    Activity = 1,
    Contact = 2,
    Operation = 3,
    Lease = 4,
    Verdict = 5,
    ToldRole = 6,

    /// <summary>What else a person or a sink did, in a form of its own.</summary>
    Deed = 7,
}
