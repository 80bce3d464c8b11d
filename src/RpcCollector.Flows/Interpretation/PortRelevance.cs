using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RpcCollector.Flows.Interpretation;

/// <summary>
/// Decides which pairs of TCP ports can be part of Windows remote administration. Every record is checked, so each port costs only one
/// table lookup.
/// </summary>
internal sealed class PortRelevance
{
    // Either port of the family makes a pair relevant; so do two ports that may both be dynamic.
    private const byte Family = 1;
    private const byte PossiblyDynamic = 2;

    // Indexed by the port in network order, as a record holds it, so that its octets need not be swapped first.
    private readonly byte[] _kinds = new byte[ushort.MaxValue + 1];

    public PortRelevance(int lowestEndpointPort)
    {
        for (var port = 0; port <= ushort.MaxValue; port++)
            _kinds[InNetworkOrder((ushort)port)] =
                (byte)((WellKnownPort.IsFamily((ushort)port) ? Family : 0) | (port >= lowestEndpointPort ? PossiblyDynamic : 0));
    }

    public bool IsRelevant(ushort sourcePort, ushort destinationPort) =>
        IsRelevantInNetworkOrder(InNetworkOrder(sourcePort), InNetworkOrder(destinationPort));

    /// <summary>The same for two ports in network order, as a record holds them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsRelevantInNetworkOrder(ushort sourcePort, ushort destinationPort)
    {
        // The table has an entry for every possible port, so no bounds check is needed.
        ref var kinds = ref MemoryMarshal.GetArrayDataReference(_kinds);
        var (source, destination) = (Unsafe.Add(ref kinds, (nuint)sourcePort), Unsafe.Add(ref kinds, (nuint)destinationPort));
        return (((source | destination) & Family) | (source & destination & PossiblyDynamic)) != 0;
    }

    private static ushort InNetworkOrder(ushort port) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(port) : port;
}
