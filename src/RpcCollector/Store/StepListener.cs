using System.Threading.Channels;
using RpcCollector.Flows;

namespace RpcCollector.Store;

/// <summary>
/// The events that one listener has not taken yet: bounded, so that a slow listener is dropped and costs nobody else anything.
/// </summary>
/// <param name="client">Whose it is, where each client may have only so many.</param>
internal sealed class StepListener<TStep>(HostAddress client) : IDisposable
{
    public const int Capacity = 256;

    // Wait only means that TryWrite fails when full: nobody waits here.
    private readonly Channel<StepEvent<TStep>> _events = Channel.CreateBounded<StepEvent<TStep>>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private readonly CancellationTokenSource _dropped = new();

    public HostAddress Client => client;

    public ChannelReader<StepEvent<TStep>> Events => _events.Reader;

    /// <summary>Cancelled when it is dropped: also what it is being sent then ends.</summary>
    public CancellationToken Dropped => _dropped.Token;

    public bool IsDropped => _dropped.IsCancellationRequested;

    /// <returns>False when this was one too many.</returns>
    public bool Tell(StepEvent<TStep> happened) => IsDropped || _events.Writer.TryWrite(happened);

    /// <returns>False when it was dropped before.</returns>
    public bool Drop()
    {
        if (IsDropped) return false;

        // What ends by it runs elsewhere: whoever drops it holds a lock.
        _ = _dropped.CancelAsync();
        return true;
    }

    public void Dispose() => _dropped.Dispose();
}
