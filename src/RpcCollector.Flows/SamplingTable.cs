using System.Globalization;

namespace RpcCollector.Flows;

/// <summary>
/// Sampling intervals from the settings, for exporters that state none or a wrong one. Immutable; the first entry that contains the
/// address applies.
/// </summary>
public sealed class SamplingTable
{
    private readonly (AddressFilter Exporters, uint Interval)[] _entries;

    private SamplingTable((AddressFilter, uint)[] entries) => _entries = entries;

    public static SamplingTable Empty { get; } = new([]);

    /// <summary>A table of entries such as "192.0.2.1=100" and "2001:db8::/32=1000".</summary>
    /// <param name="entries">The list as it stands in the settings.</param>
    /// <param name="table">The table; null when an entry is wrong.</param>
    /// <param name="wrongEntry">The first entry that is not of this form.</param>
    public static bool TryParse(IReadOnlyCollection<string> entries, out SamplingTable? table, out string? wrongEntry)
    {
        (table, wrongEntry) = (null, null);
        var parsed = new List<(AddressFilter, uint)>();
        foreach (var entry in entries)
        {
            var sign = entry.IndexOf('=', StringComparison.Ordinal);
            if (sign < 0 || !AddressFilter.TryParse([entry[..sign].Trim()], out var exporters, out _)
                || !uint.TryParse(
                    entry.AsSpan(sign + 1), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture,
                    out var interval) || interval == 0)
            {
                wrongEntry = entry;
                return false;
            }

            parsed.Add((exporters!, interval));
        }

        table = new SamplingTable([.. parsed]);
        return true;
    }

    /// <summary>One packet in this many is sampled; 0 when the settings have no entry for this exporter.</summary>
    public uint IntervalOf(HostAddress exporter)
    {
        foreach (var (exporters, interval) in _entries)
        {
            if (exporters.Contains(exporter)) return interval;
        }

        return 0;
    }
}
