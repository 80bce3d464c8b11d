namespace RpcCollector.Detection.Advice;

/// <summary>An event that Windows or Sysmon writes; unique by its log and id.</summary>
/// <param name="Log">The channel, as Get-WinEvent names it.</param>
/// <param name="Provider">The source that writes it there.</param>
/// <param name="Policy">What must be on for it to be written.</param>
public sealed record WindowsEvent(int Id, string Log, string Provider, string Title, string Policy, SourceDocument Source)
{
    internal EventLead On(AdviceHost host, string read) => new(this, host, read);
}

/// <summary>An event to look for.</summary>
/// <param name="Read">What to read in it.</param>
public sealed record EventLead(WindowsEvent Event, AdviceHost On, string Read);

/// <summary>A process that would be behind it.</summary>
/// <param name="Name">Its image, with the arguments that tell it from others of that name.</param>
/// <param name="What">What it does here.</param>
public sealed record ProcessLead(string Name, AdviceHost On, string What, SourceDocument Source);

/// <summary>How the door is closed.</summary>
/// <param name="On">Where it is set.</param>
/// <param name="Prevents">What it prevents.</param>
/// <param name="How">A command, a policy or a value of the registry.</param>
/// <param name="Caution">What it may break.</param>
public sealed record Hardening(string Name, AdviceHost On, string Prevents, string How, string Caution, SourceDocument Source);
