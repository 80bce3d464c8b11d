using RpcCollector.Options;
using RpcCollector.Vitals;

namespace RpcCollector.Scale;

/// <summary>One attempt after the other at what the broker may not do now: its failure is the fault that /readyz says.</summary>
internal sealed class LogAttempts(IFlowLog log, Heartbeat heartbeat)
{
    /// <summary>One attempt to open the log. A refusal would have ended the start; whoever runs goes on asking, and says so.</summary>
    public async Task<bool> TryOpenAsync(CancellationToken stopping)
    {
        try
        {
            return await TryAsync(() => log.OpenAsync(stopping));
        }
        catch (StartupException refused)
        {
            heartbeat.Fault = refused.Message;
            return false;
        }
    }

    /// <summary>One attempt; false when the broker cannot do it now.</summary>
    public async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            heartbeat.Fault = null;
            return true;
        }
        catch (FlowLogException away)
        {
            heartbeat.Fault = away.Message;
            return false;
        }
    }
}
