namespace RpcCollector.Detection.Advice;

/// <summary>A name that can be written into any filter as it is.</summary>
/// <remarks>
/// Names are what others told. One that holds anything but letters, digits, hyphens and dots (RFC 1123, 2.1) is left out, and the address
/// stands alone: so no filter has anything to escape.
/// </remarks>
public static class HostLabel
{
    private const int MaxLength = 63;

    public static string? OrNull(string? name) =>
        name is { Length: > 0 and <= MaxLength } && char.IsAsciiLetterOrDigit(name[0])
            && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.')
            ? name
            : null;
}
