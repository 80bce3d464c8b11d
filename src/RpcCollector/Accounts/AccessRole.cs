namespace RpcCollector.Accounts;

/// <summary>What a person may do; each may what those before it may.</summary>
internal enum AccessRole
{
    /// <summary>Reads everything that was found.</summary>
    Reader = 1,

    /// <summary>Answers it, too: verdicts, notes, suppressions, roles of hosts.</summary>
    Analyst,

    /// <summary>Sees who did what, and says who may ask.</summary>
    Admin,
}
