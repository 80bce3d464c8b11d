using System.IO.Compression;
using System.Security.Cryptography;

namespace RpcCollector.Http.Console;

/// <summary>One file of the console, as it is sent.</summary>
/// <param name="Plain">The file.</param>
/// <param name="Compressed">The same in Brotli; null where that is not worth it.</param>
/// <param name="Tag">What tells one content from another: browsers keep the file and ask only whether it is still this one.</param>
internal sealed record ConsoleFile(string ContentType, byte[] Plain, byte[]? Compressed, string Tag)
{
    private const int WorthCompressing = 1_024;

    public static ConsoleFile Of(string name, byte[] plain)
    {
        var compressed = plain.Length > WorthCompressing ? Compress(plain) : null;
        return new ConsoleFile(
            TypeOf(name), plain, compressed?.Length < plain.Length ? compressed : null,
            $"\"{Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 12))}\"");
    }

    private static byte[] Compress(byte[] plain)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Optimal, leaveOpen: true)) brotli.Write(plain);
        return compressed.ToArray();
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".woff2" => "font/woff2",
        _ => "application/octet-stream",
    };
}
