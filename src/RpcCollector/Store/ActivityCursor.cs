using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace RpcCollector.Store;

/// <summary>
/// The place after the last activity of a page: the next page holds what is smaller by start, then by id. Opaque to clients.
/// </summary>
internal readonly record struct ActivityCursor(long StartUnixMilliseconds, long Id)
{
    public override string ToString()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(octets, StartUnixMilliseconds);
        BinaryPrimitives.WriteInt64BigEndian(octets[8..], Id);
        return Base64Url.EncodeToString(octets);
    }

    public static bool TryParse([NotNullWhen(true)] string? text, out ActivityCursor cursor)
    {
        cursor = default;
        Span<byte> octets = stackalloc byte[16];
        if (text is not { Length: 22 } || !Base64Url.IsValid(text)) return false;
        if (!Base64Url.TryDecodeFromChars(text, octets, out var written) || written != 16) return false;
        cursor = new ActivityCursor(BinaryPrimitives.ReadInt64BigEndian(octets), BinaryPrimitives.ReadInt64BigEndian(octets[8..]));
        return true;
    }
}
