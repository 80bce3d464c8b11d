using System.Security.Cryptography;
using RpcCollector.Accounts;

namespace RpcCollector.Http.Access;

/// <summary>
/// The link by which somebody becomes the first admin: it works once, for a day, as long as there is no user and this process runs. Only
/// its hash is kept, and in memory alone.
/// </summary>
internal sealed class FirstAdmin(UserBook users, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private byte[]? _hash;
    private long _since;

    /// <summary>True while the link works.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock) return _hash is not null && users.Count == 0 && time.GetElapsedTime(_since) < Lifetime;
        }
    }

    /// <returns>The secret that the link ends with; null when there are users, or no file to keep them in.</returns>
    public string? Open()
    {
        lock (_lock)
        {
            if (users.Count > 0 || users.Path is null) return null;
            var secret = Secret.Make();
            (_hash, _since) = (SHA256.HashData(secret), time.GetTimestamp());
            return Secret.Text(secret);
        }
    }

    /// <summary>Is this the link? Then it works no more, unless it is <see cref="GiveBack">given back</see>.</summary>
    public byte[]? TryTake(string link)
    {
        Span<byte> secret = stackalloc byte[Secret.Octets];
        if (!Secret.TryRead(link, secret)) return null;
        lock (_lock)
        {
            if (!IsOpen || !CryptographicOperations.FixedTimeEquals(SHA256.HashData(secret), _hash)) return null;
            var taken = _hash;
            _hash = null;
            return taken;
        }
    }

    /// <summary>The user could not be kept: the link works again.</summary>
    public void GiveBack(byte[] taken)
    {
        lock (_lock) _hash ??= taken;
    }
}
