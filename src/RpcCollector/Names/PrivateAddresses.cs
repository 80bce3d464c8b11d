using RpcCollector.Flows;

namespace RpcCollector.Names;

/// <summary>Addresses that belong to no network of others: what DNS says of them is about this one.</summary>
internal static class PrivateAddresses
{
    /// <summary>RFC 1918, RFC 6598 (shared), RFC 3927 (link-local), RFC 4193 (unique local) and RFC 4291 (link-local).</summary>
    private static readonly string[] Prefixes =
        ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10"];

    /// <param name="more">Valid entries of a setting.</param>
    public static AddressFilter And(IEnumerable<string> more) =>
        AddressFilter.TryParse([.. Prefixes, .. more], out var filter, out _) ? filter! : throw new InvalidOperationException(
            "Settings are validated before they are used.");
}
