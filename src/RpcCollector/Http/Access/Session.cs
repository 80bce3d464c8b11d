using RpcCollector.Store.People;

namespace RpcCollector.Http.Access;

/// <summary>Somebody who has logged in; unique by the hash of the secret that the cookie holds.</summary>
internal sealed class Session(StoredSession stored) : IDisposable
{
    private readonly CancellationTokenSource _ended = new();

    public string Hash => stored.Hash;

    public string Name => stored.Name;

    public string Mark => stored.Mark;

    public string? Address => stored.Address;

    public long CreatedUnixMilliseconds { get; set; } = stored.CreatedUnixMilliseconds;

    public long UsedUnixMilliseconds { get; set; } = stored.UsedUnixMilliseconds;

    /// <summary>When its last use was written down.</summary>
    public long KeptUnixMilliseconds { get; set; } = stored.UsedUnixMilliseconds;

    public CancellationToken Ended => _ended.Token;

    public StoredSession Stored =>
        stored with { CreatedUnixMilliseconds = CreatedUnixMilliseconds, UsedUnixMilliseconds = UsedUnixMilliseconds };

    /// <summary>What ends by it runs elsewhere: whoever ends it holds a lock.</summary>
    public void End() => _ = _ended.CancelAsync();

    public void Dispose() => _ended.Dispose();
}
