using System.Buffers.Binary;
using RpcCollector.Detection;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;

namespace RpcCollector.Scale;

/// <summary>
/// What the judge knows of endpoints as messages for the log of a partition: from their offset on the partition joins by it.
/// </summary>
/// <remarks>
/// Each version is all that is known, so that the latest in the log is enough. It is one message or several parts, each with deeds of the
/// topic whose content are entries of 30 octets, ordered by server and port: address (16, network order), port (2), interfaces (4), and
/// from which start of a flow on it counts (8, Unix milliseconds); little-endian.
/// </remarks>
internal static class KnownEndpointsMessages
{
    public const string Topic = "known-endpoints";

    /// <summary>Of one version: ten times what a judge remembers unless it is told otherwise.</summary>
    public const int MostEndpoints = 1_000_000;

    public const int EntryOctets = 30;

    private const int EntriesPerDeed = 1_600;

    /// <param name="source">The name of who tells.</param>
    /// <param name="epoch">Grows with every start of the source.</param>
    /// <param name="version">
    /// Greater than that of whatever was told before, by whomever; such as the judge's clock when it learned.
    /// </param>
    /// <param name="clock">The judge's, in Unix milliseconds.</param>
    /// <returns>To be appended in this order.</returns>
    public static IReadOnlyList<byte[]> Of(string source, ulong epoch, ulong version, long clock, IKnownEndpoints known)
    {
        var all = known.All.OrderBy(endpoint => endpoint.Server).ThenBy(endpoint => endpoint.Port).Take(MostEndpoints).ToArray();
        var writer = new ActMessageWriter(source, ActHeader.NoPartition, epoch, new ExporterDirectory());
        var messages = new List<byte[]>();
        var content = new byte[EntriesPerDeed * EntryOctets];
        for (var from = 0; from == 0 || from < all.Length; from += EntriesPerDeed)
        {
            var some = all.AsSpan(from, Math.Min(EntriesPerDeed, all.Length - from));
            for (var i = 0; i < some.Length; i++) Write(content.AsSpan(i * EntryOctets), some[i]);
            var written = content.AsSpan(0, some.Length * EntryOctets);
            if (writer.TryAdd(Topic, written)) continue;
            messages.Add(writer.Finish(version, clock, isLast: false).ToArray());
            writer.TryAdd(Topic, written);
        }

        messages.Add(writer.Finish(version, clock).ToArray());
        return messages;
    }

    /// <summary>Reads the entries of one deed; false when they are none, or not in order.</summary>
    /// <param name="to">They are added to it; the first has to come after its last.</param>
    public static bool TryRead(ReadOnlySpan<byte> content, List<LearnedEndpoint> to)
    {
        if (content.Length % EntryOctets != 0 || to.Count + (content.Length / EntryOctets) > MostEndpoints) return false;
        for (; !content.IsEmpty; content = content[EntryOctets..])
        {
            var entry = Read(content);
            if (to.Count > 0 && !IsBefore(to[^1], entry)) return false;
            to.Add(entry);
        }

        return true;
    }

    internal static void Write(Span<byte> to, in LearnedEndpoint endpoint)
    {
        BinaryPrimitives.WriteUInt64BigEndian(to, endpoint.Server.High);
        BinaryPrimitives.WriteUInt64BigEndian(to[8..], endpoint.Server.Low);
        BinaryPrimitives.WriteUInt16LittleEndian(to[16..], endpoint.Port);
        BinaryPrimitives.WriteUInt32LittleEndian(to[18..], (uint)endpoint.Interfaces);
        BinaryPrimitives.WriteInt64LittleEndian(to[22..], endpoint.FromUnixMilliseconds);
    }

    private static LearnedEndpoint Read(ReadOnlySpan<byte> from) => new(
        new HostAddress(BinaryPrimitives.ReadUInt64BigEndian(from), BinaryPrimitives.ReadUInt64BigEndian(from[8..])),
        BinaryPrimitives.ReadUInt16LittleEndian(from[16..]), (RpcInterfaces)BinaryPrimitives.ReadUInt32LittleEndian(from[18..]),
        BinaryPrimitives.ReadInt64LittleEndian(from[22..]));

    private static bool IsBefore(in LearnedEndpoint one, in LearnedEndpoint other) =>
        one.Server.CompareTo(other.Server) is var order && (order == 0 ? one.Port < other.Port : order < 0);
}
