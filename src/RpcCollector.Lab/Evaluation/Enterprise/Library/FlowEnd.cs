namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>What became of a connection of an attack, and who closed it.</summary>
internal enum FlowEnd : byte
{
    /// <summary>Both ends closed it (FIN and FIN).</summary>
    Orderly,

    /// <summary>The client reset it: how Windows leaves idle SMB sessions, and what a process leaves that ends.</summary>
    ResetByClient,

    ResetByServer,

    /// <summary>It outlived the record.</summary>
    Open,

    /// <summary>A firewall drops it: five SYNs in fifteen seconds.</summary>
    Silent,

    /// <summary>Nobody listens: SYN, then RST.</summary>
    Refused,
}
