namespace RpcCollector.Lab.Evaluation.Office;

/// <summary>Whose doing it is, on the day that the office is looked at; several where hosts have parts in several.</summary>
[Flags]
internal enum OfficePart : byte
{
    /// <summary>What goes on every day: people's files, printing, domain membership.</summary>
    None = 0,

    FirstIntruder = 1,
    SecondIntruder = 2,

    /// <summary>Software is pushed to workstations.</summary>
    Deployment = 4,

    /// <summary>Servers are polled.</summary>
    Monitoring = 8,

    /// <summary>Administrators and helpdesk at work.</summary>
    Administration = 16,

    Intruders = FirstIntruder | SecondIntruder,
}
