using RpcCollector.Options;

namespace RpcCollector.Scale;

/// <summary>A lease as one of those knows it that want it. Any thread may ask; one renews.</summary>
/// <param name="name">What is leased, such as <see cref="Judge"/>.</param>
/// <param name="holder">Who asks.</param>
internal sealed class LogLease(IFlowLog log, ScaleOptions options, string name, string holder)
{
    /// <summary>Of the one judge that tells people, and takes what they say.</summary>
    public const string Judge = "judge";

    // Who has not renewed it for longer does nothing: another one may soon have it.
    private const double SureShare = 0.8;

    private volatile HeldLease? _held;
    private long _renewed;

    public string Holder => holder;

    /// <summary>What is known of it already; who has watched it stand still need not watch it once more.</summary>
    public HeldLease? Seen
    {
        init => _held = value;
    }

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
        _held = await log.HoldAsync(name, holder, _held, stopping);
        if (IsOwn) Volatile.Write(ref _renewed, asked);
    }

    /// <summary>A planned end: nobody has to wait until it is over.</summary>
    /// <exception cref="FlowLogException">It was not confirmed.</exception>
    public async Task GiveBackAsync(CancellationToken stopping)
    {
        if (_held is not { IsOwn: true } own) return;
        _held = null;
        await log.GiveBackAsync(name, own, stopping);
    }

    /// <summary>The name by which a process holds leases. Of two containers both may have the same name and process id.</summary>
    public static string HolderOf(ScaleOptions options) => $"{options.KnownAs}/{Guid.NewGuid().ToString("N")[..8]}";
}
