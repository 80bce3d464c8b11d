using System.Diagnostics.CodeAnalysis;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>How a setting names a sensor's files: by a path, or with the address that stands for the sensor before it.</summary>
internal static class SensorEntry
{
    /// <param name="entry">/path, or 192.0.2.7=/path.</param>
    /// <param name="otherwise">The address of a sensor whose entry states none.</param>
    public static bool TryParse(string entry, HostAddress otherwise, out HostAddress address, [NotNullWhen(true)] out string? path)
    {
        (address, path) = (otherwise, entry);
        if (entry.IndexOf('=', StringComparison.Ordinal) is >= 0 and var equals && HostAddress.TryParse(entry[..equals], out var stated)
            && !stated.IsOfSite)
            (address, path) = (stated, entry[(equals + 1)..]);
        return path.Length > 0;
    }
}
