using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using RpcCollector.Accounts;
using RpcCollector.Store;

namespace RpcCollector.Http.Access;

/// <summary>
/// What a change must say besides a cookie that a browser adds by itself, our own or a trusted proxy's: only a page of ours can have read
/// it.
/// </summary>
internal sealed class AntiForgery(StateStore state)
{
    public const string Header = "X-Anti-Forgery";

    private const string KeyName = "anti-forgery";

    private readonly Lock _lock = new();
    private byte[]? _key;

    /// <summary>Of a login: it comes of the cookie's secret, so another login has another.</summary>
    public static string OfSession(string secret) => Of(Encoding.UTF8.GetBytes(secret), "session");

    /// <summary>Of somebody whom a trusted proxy names; the same after a restart.</summary>
    public string OfProxied(string name) => Of(Key, "proxy\0" + name);

    public static bool IsGiven(HttpRequest request, string wanted) =>
        request.Headers[Header] is [{ } given]
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(wanted));

    private static string Of(byte[] key, string what) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes("anti-forgery\0" + what)));

    private byte[] Key
    {
        get
        {
            lock (_lock) return _key ??= ReadKey();
        }
    }

    private byte[] ReadKey()
    {
        var made = Secret.Make();
        try
        {
            var key = new byte[Secret.Octets];
            if (state.Value(KeyName) is { } kept && Secret.TryRead(kept, key)) return key;
            state.SetValue(KeyName, Secret.Text(made));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            // After a restart it is another one: pages ask again who they are.
        }

        return made;
    }
}
