namespace RpcCollector.Flows.Tests;

/// <summary>Damages a datagram in the ways that hurt readers most.</summary>
internal static class Mutation
{
    /// <summary>Makes one to seven edits, the same for the same random sequence.</summary>
    public static void Apply(byte[] octets, ref int length, Random random)
    {
        for (var edits = random.Next(1, 8); edits > 0; edits--) ApplyOne(octets, ref length, random);
    }

    private static void ApplyOne(byte[] octets, ref int length, Random random)
    {
        var place = length == 0 ? 0 : random.Next(length);
        switch (random.Next(6))
        {
            case 0:
                octets[place] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                octets[place] = (byte)random.Next(256);
                break;
            case 2:
                octets[place] = random.Next(2) == 0 ? (byte)0 : (byte)255;
                break;
            case 3:
                length = place;
                break;
            case 4 when length < octets.Length - 4:
                length += random.Next(4);
                break;
            default:
                // A length or count somewhere in the first Sets.
                octets[Math.Min(octets.Length - 1, 16 + random.Next(12))] = (byte)random.Next(8);
                break;
        }
    }
}
