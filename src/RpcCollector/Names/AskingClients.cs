using System.Text;

namespace RpcCollector.Names;

/// <summary>What machines said of themselves when they asked for an address: kept for the answer, which does not repeat it.</summary>
internal sealed class AskingClients
{
    // An answer comes within seconds.
    private const long LongestMilliseconds = 60_000;
    private const int MostClients = 4_096;

    private Dictionary<ulong, Asked> _recent = [];
    private Dictionary<ulong, Asked> _former = [];

    /// <returns>False for a machine without a number.</returns>
    public bool Note(ulong machine, ReadOnlySpan<byte> name, bool isDiscovery, long atUnixMilliseconds)
    {
        if (machine == 0) return false;
        if (_recent.Count >= MostClients) (_former, _recent) = (_recent, []);
        var said = NameText.TryClean(name, out var clean) ? Encoding.ASCII.GetBytes(clean) : [];
        var before = Find(machine, atUnixMilliseconds);
        _recent[machine] = new Asked(
            said.Length > 0 ? said : before?.Name ?? [], isDiscovery || before is { IsDiscovery: true }, atUnixMilliseconds);
        return true;
    }

    public (byte[] Name, bool IsFresh) Of(ulong machine, long atUnixMilliseconds) =>
        Find(machine, atUnixMilliseconds) is { } asked ? (asked.Name, asked.IsDiscovery) : ([], false);

    private Asked? Find(ulong machine, long at)
    {
        if (!_recent.TryGetValue(machine, out var asked) && !_former.TryGetValue(machine, out asked)) return null;
        return Math.Abs(at - asked.AtUnixMilliseconds) <= LongestMilliseconds ? asked : null;
    }

    private sealed record Asked(byte[] Name, bool IsDiscovery, long AtUnixMilliseconds);
}
