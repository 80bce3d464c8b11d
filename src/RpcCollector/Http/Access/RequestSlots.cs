using RpcCollector.Flows;

namespace RpcCollector.Http.Access;

/// <summary>How many requests are worked on at once: further ones wait their turn, but not too many, not too many of one client, and not
/// for long.</summary>
internal sealed class RequestSlots(int running, TimeSpan patience) : IDisposable
{
    private const int MaxWaiting = 256;

    // The places of API and figures together are fewer than a client's connections: one is always left to ask for the health.
    private const int MaxWaitingOfClient = 64;

    private readonly SemaphoreSlim _free = new(running, running);
    private readonly Dictionary<HostAddress, int> _waiting = [];
    private int _allWaiting;

    /// <returns>False when it is not worth waiting; otherwise <see cref="Leave"/> must follow.</returns>
    public async ValueTask<bool> EnterAsync(HostAddress client, CancellationToken aborted)
    {
        if (_free.Wait(0, CancellationToken.None)) return true;
        if (!TryWait(client)) return false;
        try
        {
            return await _free.WaitAsync(patience, aborted);
        }
        finally
        {
            EndWait(client);
        }
    }

    public void Leave() => _free.Release();

    public void Dispose() => _free.Dispose();

    private bool TryWait(HostAddress client)
    {
        lock (_waiting)
        {
            var own = _waiting.GetValueOrDefault(client);
            if (_allWaiting >= MaxWaiting || own >= MaxWaitingOfClient) return false;
            _waiting[client] = own + 1;
            _allWaiting++;
            return true;
        }
    }

    private void EndWait(HostAddress client)
    {
        lock (_waiting)
        {
            _allWaiting--;
            if (_waiting[client] == 1) _waiting.Remove(client);
            else _waiting[client]--;
        }
    }
}
