namespace RpcCollector.Detection;

/// <summary>A set of TCP ports, written as numbers and ranges: "1433, 5985-5986".</summary>
public sealed class PortSet
{
    private readonly ulong[] _bits = new ulong[65_536 / 64];

    private PortSet()
    {
    }

    public static PortSet Of(IEnumerable<ushort> ports)
    {
        ArgumentNullException.ThrowIfNull(ports);
        var set = new PortSet();
        foreach (var port in ports) set.Add(port);
        return set;
    }

    public bool Contains(ushort port) => (_bits[port >> 6] >> (port & 63) & 1) != 0;

    /// <summary>Reads numbers from 0 to 65535 and ranges of them, separated by commas; an empty text is the empty set.</summary>
    public static bool TryParse(string? text, out PortSet ports)
    {
        ports = new PortSet();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            var lowest = dash < 0 ? part : part[..dash];
            var highest = dash < 0 ? part : part[(dash + 1)..];
            if (!ushort.TryParse(lowest, out var from) || !ushort.TryParse(highest, out var to) || from > to) return false;
            for (int port = from; port <= to; port++) ports.Add(port);
        }

        return true;
    }

    private void Add(int port) => _bits[port >> 6] |= 1UL << (port & 63);
}
