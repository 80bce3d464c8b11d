using System.Diagnostics.CodeAnalysis;

namespace RpcCollector.Options;

/// <summary>An address that a sink posts to.</summary>
internal static class SinkUrl
{
    private const int MaxCharacters = 2_048;

    /// <summary>Reads an absolute address of http or https; a user in it would be shown.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Uri? url, out string why)
    {
        (url, why) = (null, "it is no address to post to; write http:// or https://, a host and a path");
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxCharacters || text.Any(char.IsControl)) return false;
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https")
            || parsed.Host.Length == 0 || parsed.Port is 0 or -1)
            return false;
        why = "it must not name a user: write user:password into a file, and name that in BasicFile";
        if (parsed.UserInfo.Length > 0) return false;
        why = "it must not have a fragment (#)";
        if (parsed.Fragment.Length > 0) return false;
        (url, why) = (parsed, "");
        return true;
    }

    /// <summary>Without what may be a secret: scheme, host and port, and that more follows.</summary>
    public static string Shown(Uri url) => url.GetLeftPart(UriPartial.Authority) + (url.PathAndQuery is "/" or "" ? "" : "/…");

    /// <summary>The same of text that may be no address.</summary>
    public static string Shown(string text) => text.Length == 0 ? "" : TryParse(text, out var url, out _) ? Shown(url) : "…";
}
