using RpcCollector.Options;

namespace RpcCollector.Scale;

/// <summary>The lease of the one process that judges, as one of those knows it that want it. Any thread may ask; one renews.</summary>
internal sealed class JudgeLease(IFlowLog log, ScaleOptions options)
{
    private const string Name = "judge";

    // Who has not renewed it for longer does nothing: another one may soon have it.
    private const double SureShare = 0.8;

    private volatile HeldLease? _held;
    private long _renewed;

    /// <summary>Who asks. Of two containers both may have the same name and process id.</summary>
    public string Holder { get; } = $"{options.KnownAs}/{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>True when the last attempt got it.</summary>
    public bool IsOwn => _held is { IsOwn: true };

    /// <summary>Who else holds it, as far as the last attempt said; null for nobody.</summary>
    public string? Other => _held is { IsOwn: false } other ? other.Holder : null;

    /// <summary>True while nobody else can have taken it.</summary>
    public bool IsSure => IsOwn && Age < SureShare * options.Lease.TotalMilliseconds;

    /// <summary>True when it is time to renew it.</summary>
    public bool IsDue => Age >= options.Lease.TotalMilliseconds / 3;

    private long Age => Environment.TickCount64 - Volatile.Read(ref _renewed);

    /// <summary>One attempt to hold it, or to hold it for longer.</summary>
    /// <exception cref="FlowLogException">That cannot be said now.</exception>
    public async Task RenewAsync(CancellationToken stopping)
    {
        // The broker may write it as soon as it is asked: the lease lasts from there.
        var asked = Environment.TickCount64;
        _held = await log.HoldAsync(Name, Holder, _held, stopping);
        if (IsOwn) Volatile.Write(ref _renewed, asked);
    }
}
