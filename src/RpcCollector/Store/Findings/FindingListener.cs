using System.Threading.Channels;

namespace RpcCollector.Store.Findings;

/// <summary>
/// The events that one listener has not taken yet: bounded, so that a slow listener is dropped and costs nobody else anything.
/// </summary>
internal sealed class FindingListener : IDisposable
{
    public const int Capacity = 256;

    // Wait only means that TryWrite fails when full: nobody waits here.
    private readonly Channel<FindingEvent> _events = Channel.CreateBounded<FindingEvent>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private readonly CancellationTokenSource _tooSlow = new();

    public ChannelReader<FindingEvent> Events => _events.Reader;

    /// <summary>Cancelled when it is dropped: also what it is being sent then ends.</summary>
    public CancellationToken TooSlow => _tooSlow.Token;

    public bool IsTooSlow => _tooSlow.IsCancellationRequested;

    /// <returns>False when this was one too many.</returns>
    public bool Tell(FindingEvent happened)
    {
        if (_events.Writer.TryWrite(happened)) return true;
        if (IsTooSlow) return true;
        _tooSlow.Cancel();
        return false;
    }

    public void Dispose() => _tooSlow.Dispose();
}
