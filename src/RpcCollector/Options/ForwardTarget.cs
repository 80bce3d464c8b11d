using System.ComponentModel.DataAnnotations;
using System.Net;

namespace RpcCollector.Options;

/// <summary>A collector that every datagram goes on to.</summary>
internal readonly record struct ForwardTarget(IPAddress Address, int Port)
{
    /// <summary>Each one costs a system call or more a datagram, and is a label of metrics.</summary>
    public const int Most = 8;

    /// <summary>Reads <c>address:port</c> and <c>[address]:port</c>.</summary>
    public static bool TryParse(string? text, out ForwardTarget target)
    {
        target = default;
        if (!ListenEndpoint.TryParse(text, out var endpoint) || endpoint.Address is not { } address || endpoint.Port == 0) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Broadcast)) return false;
        target = new ForwardTarget(address, endpoint.Port);
        return true;
    }

    /// <summary>What is wrong with a list of them.</summary>
    public static IEnumerable<ValidationResult> Validate(IReadOnlyList<string> targets, string name)
    {
        var seen = new HashSet<ForwardTarget>();
        for (var i = 0; i < targets.Count; i++)
        {
            if (!TryParse(targets[i], out var target))
                yield return new ValidationResult(
                    $"'{targets[i]}' is no collector to forward to; write address:port or [address]:port, with a port from 1 to 65535",
                    [$"{name}:{i}"]);
            else if (!seen.Add(target))
                yield return new ValidationResult($"'{targets[i]}' is listed twice", [$"{name}:{i}"]);
        }

        if (targets.Count > Most) yield return new ValidationResult($"names {targets.Count} collectors; {Most} are the most", [name]);
    }

    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
