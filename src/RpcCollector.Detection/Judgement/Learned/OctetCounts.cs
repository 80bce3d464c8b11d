using System.Numerics;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>How many flows had how many octets each way, by powers of two: 24 steps from 128 octets to half a gigabyte.</summary>
internal sealed class OctetCounts
{
    public const int NumSteps = 24;

    /// <summary>Steps of what clients sent, then of what servers sent.</summary>
    public const int NumPlaces = 2 * NumSteps;

    // What is smaller than two to this and one more is in the first step.
    private const int FirstPower = 6;

    private readonly uint[] _counts = new uint[NumPlaces];

    /// <summary>What one takes, with its place among others.</summary>
    public const int Bytes = (NumPlaces * sizeof(uint)) + 120;

    public uint this[int place] => _counts[place];

    public static byte PlaceOf(uint octets, bool isUpload) =>
        (byte)((isUpload ? 0 : NumSteps) + Math.Clamp(BitOperations.Log2(octets) - FirstPower, 0, NumSteps - 1));

    public void Add(int place, uint flows) => _counts[place] = (uint)Math.Min(uint.MaxValue, (long)_counts[place] + flows);
}
