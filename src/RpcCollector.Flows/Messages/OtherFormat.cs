using System.Buffers.Binary;

namespace RpcCollector.Flows.Messages;

/// <summary>Recognises exports in formats that are not read, so that people can be told which one it is.</summary>
/// <remarks>
/// NetFlow: version (2), number of records (2), a header of 16 octets (v1), 24 (v6, v7) or 28 (v8), and records of 52 octets (v1 to v7)
/// or at least 28 (v8). sFlow: version (4), kind of address (4), address, agent, sequence, uptime, number of samples.
/// </remarks>
public static class OtherFormat
{
    private const int ShortestSflow = 28;
    private const int RecordLength = 52;
    private const int ShortestV8Record = 28;

    /// <summary>The reason why a datagram of no version that is read is rejected.</summary>
    /// <param name="datagram">At least two octets.</param>
    public static Rejection Of(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < ShortestSflow) return Rejection.UnknownVersion;
        var (version, count) = (BinaryPrimitives.ReadUInt16BigEndian(datagram), BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]));
        var length = datagram.Length;
        return version switch
        {
            0 when count is 2 or 4 or 5 && BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) is 1 or 2 => Rejection.Sflow,
            1 when Holds(16, RecordLength) => Rejection.NetflowV1,
            6 when Holds(24, RecordLength) => Rejection.NetflowV6,
            7 when Holds(24, RecordLength) => Rejection.NetflowV7,
            8 when Holds(28, ShortestV8Record) => Rejection.NetflowV8,
            _ => Rejection.UnknownVersion,
        };

        bool Holds(int header, int record) => count > 0 && length >= header + (count * record);
    }

    /// <summary>True for a reason that says in which other format a datagram is.</summary>
    public static bool Is(Rejection reason) => reason is Rejection.Sflow or Rejection.NetflowV1 or Rejection.NetflowV6
        or Rejection.NetflowV7 or Rejection.NetflowV8;
}
