namespace RpcCollector.Vitals;

/// <summary>
/// Whether this process is the one that tells people, and takes what they say. A process that does everything always is; of several
/// judges the one that holds the lease. Any thread may ask.
/// </summary>
internal sealed class JudgeStanding
{
    private volatile string? _other;
    private volatile bool _isActive = true;

    public bool IsActive => _isActive;

    /// <summary>Who else is it, as far as that is known.</summary>
    public string? Other => _other;

    public void Set(bool isActive, string? other) => (_isActive, _other) = (isActive, other);
}
