using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RpcCollector.Options;

/// <summary>Makes the links that are told to people elsewhere: in alerts, in the log, in what other programs are sent.</summary>
/// <remarks>Where Http:PublicUrl is not set nobody knows by which name readers reach this machine: a link is its path alone.</remarks>
internal sealed class PublicLinks
{
    private const int MaxCharacters = 512;

    // What RFC 3986 (2.2, 2.3) lets stand in an address, without a question mark and a hash: no query, no fragment.
    private const string Signs = "-._~:/[]@!$&'()*+,;=%";

    private readonly string _prefix;

    private PublicLinks(string prefix) => _prefix = prefix;

    /// <summary>Links that are paths alone.</summary>
    public static PublicLinks None { get; } = new("");

    /// <summary>False when links are paths alone.</summary>
    public bool AreAbsolute => _prefix.Length > 0;

    /// <summary>Those by Http:PublicUrl; paths alone when it is empty or, until validation reports that, no such address.</summary>
    public static PublicLinks Of(HttpOptions options) => TryParse(options.PublicUrl, out var links) ? links : None;

    /// <summary>Reads an absolute address of http or https without query, fragment and user; a path is a prefix of all of ours.</summary>
    /// <param name="text">Empty for none.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PublicLinks? links)
    {
        links = string.IsNullOrEmpty(text) ? None : null;
        if (links is not null) return true;
        if (text!.Length > MaxCharacters || !text.All(c => char.IsAsciiLetterOrDigit(c) || Signs.Contains(c, StringComparison.Ordinal)))
            return false;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return false;
        if (!text.StartsWith($"{url.Scheme}://", StringComparison.OrdinalIgnoreCase)) return false;
        if (url.Host.Length == 0 || url.Port == 0 || text.Contains('@', StringComparison.Ordinal)) return false;
        links = new PublicLinks(url.GetLeftPart(UriPartial.Path).TrimEnd('/'));
        return true;
    }

    public string OfIncident(long id) => Of("incidents", id);

    public string OfFinding(long id) => Of("findings", id);

    /// <summary>A place of the console.</summary>
    /// <param name="fragment">What stands behind the hash sign.</param>
    /// <param name="otherwise">By which address it is reached where Http:PublicUrl says nothing, without a slash at the end.</param>
    public string OfConsole(string fragment, string otherwise) => $"{(AreAbsolute ? _prefix : otherwise)}/#{fragment}";

    private string Of(string collection, long id) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}/api/v1/{collection}/{id:x16}");
}
