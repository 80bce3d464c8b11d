namespace RpcCollector.Flows.Tests.Forged;

/// <summary>A record layout drawn at random, and records of plausible flows written by it.</summary>
internal sealed class DrawnLayout
{
    private const long Day = 86_400_000;

    // NSEL and VLAN fields, interfaces, AS numbers, next hops: what the collector does not read.
    private static readonly int[] Unread = [10, 14, 5, 9, 13, 15, 16, 17, 58, 59, 60, 61, 95, 96, 225, 226];

    private DrawnLayout((int Element, int Length)[] fields) => Fields = fields;

    public (int Element, int Length)[] Fields { get; }

    public bool IsVariableLength => Fields.Any(static one => one.Length == 65_535);

    public int Length => Fields.Sum(static one => one.Length);

    /// <summary>Addresses, ports, protocol, times and usually counters, in any order, among fields that are not read.</summary>
    public static DrawnLayout Draw(Random random, int version, bool mayVary = true)
    {
        List<(int, int)> fields = [(7, 2), (11, 2), (4, 1)];
        fields.AddRange(random.Next(4) == 0 ? [(27, 16), (28, 16)] : (IEnumerable<(int, int)>)[(8, 4), (12, 4)]);
        fields.AddRange((IEnumerable<(int, int)>)((version == 9 ? 0 : random.Next(1, 4)) switch
        {
            0 => [(22, 4), (21, 4)],
            1 => [(152, 8), (153, 8)],
            2 => [(150, 4), (151, 4)],
            _ => [(154, 8), (155, 8)],
        }));
        if (random.Next(5) > 0) fields.Add((6, 1));
        if (random.Next(5) > 0)
        {
            var size = random.Next(2) == 0 ? 4 : 8;
            fields.AddRange([(1, size), (2, size)]);
        }

        if (random.Next(2) == 0) fields.Add((136, 1));
        for (var i = random.Next(6); i > 0; i--) fields.Add((Unread[random.Next(Unread.Length)], random.Next(1, 5)));
        if (mayVary && version == 10 && random.Next(4) == 0) fields.Add((82, 65_535));
        var drawn = fields.ToArray();
        random.Shuffle(drawn);
        return new DrawnLayout(drawn);
    }

    /// <summary>The same fields in another order: records of the same length.</summary>
    public DrawnLayout Shuffled(Random random)
    {
        var fields = Fields.ToArray();
        random.Shuffle(fields);
        return new DrawnLayout(fields);
    }

    /// <summary>Something that an attacker may state in its place.</summary>
    public DrawnLayout Forge(Random random, int version) => random.Next(8) switch
    {
        0 => Draw(random, version),
        1 or 2 => Shuffled(random),
        3 => new DrawnLayout([.. Fields, .. Fields]),
        4 => new DrawnLayout([.. Fields.Take(random.Next(1, Fields.Length))]),
        5 => Swapped(random),
        6 => new DrawnLayout([(Unread[random.Next(Unread.Length)], random.Next(1, 9))]),
        _ => new DrawnLayout([.. Fields.Select(field => field.Length < 65_535 && random.Next(3) == 0 ? (95, field.Length) : field)]),
    };

    /// <summary>The same fields, but two of one length have changed places: addresses, ports, counters or times.</summary>
    public DrawnLayout Swapped(Random random)
    {
        var fields = Fields.ToArray();
        var first = random.Next(fields.Length);
        var alike = Enumerable.Range(0, fields.Length).Where(i => i != first && fields[i].Length == fields[first].Length).ToArray();
        if (alike.Length == 0) return Shuffled(random);
        var second = alike[random.Next(alike.Length)];
        (fields[first], fields[second]) = (fields[second], fields[first]);
        return new DrawnLayout(fields);
    }

    /// <summary>Writes a record of a flow that ended shortly before an export.</summary>
    public void Write(MessageBuilder set, Random random, long export, uint sysUpTime)
    {
        var end = random.Next(60_000);
        var start = end + random.Next(random.Next(5) == 0 ? 600_000 : 5_000);
        var packets = (uint)random.Next(1, 200);
        var protocol = random.Next(4) switch { 0 => 17, _ => 6 };
        var isMapper = random.Next(3) == 0;
        foreach (var (element, length) in Fields)
        {
            switch (element)
            {
                case 8 or 12: set.U32(Address(random)); break;
                case 27 or 28: set.U64(0x2001_0DB8_0000_0001).U64((ulong)random.NextInt64(1, 1L << 60)); break;
                case 7: set.U16(random.Next(49_152, 65_536)); break;
                case 11: set.U16(isMapper ? 135 : random.Next(49_152, 65_536)); break;
                case 4: set.U8(protocol); break;
                case 6: set.U8(protocol == 6 ? 0x1B : 0); break;
                case 22: set.U32(unchecked(sysUpTime - (uint)start)); break;
                case 21: set.U32(unchecked(sysUpTime - (uint)end)); break;
                case 152: set.U64((ulong)(export - start)); break;
                case 153: set.U64((ulong)(export - end)); break;
                case 150: set.U32((uint)((export - start) / 1000)); break;
                case 151: set.U32((uint)((export - end) / 1000)); break;
                case 154: set.U64(Ntp(export - start)); break;
                case 155: set.U64(Ntp(export - end)); break;
                case 1: Number(set, packets * (ulong)random.Next(40, 1400), length); break;
                case 2: Number(set, packets, length); break;
                case 136: set.U8(random.Next(1, 6)); break;
                case 82:
                    var name = random.Next(0, 12);
                    set.U8(name);
                    for (var i = 0; i < name; i++) set.U8(random.Next('a', 'z'));
                    break;
                default:
                    // Small numbers, as interfaces and AS numbers are; of a field that is only a piece of a forged layout, anything.
                    Number(set, (ulong)random.Next(0, 1 << Math.Min(12, 8 * length)), length);
                    break;
            }
        }
    }

    private static uint Address(Random random) => random.Next(3) switch
    {
        0 => 0x0A00_0000u | (uint)random.Next(1 << 24),
        1 => 0xC0A8_0000u | (uint)random.Next(1 << 16),
        _ => (uint)(random.Next(11, 100) << 24) | (uint)random.Next(1 << 24),
    };

    private static void Number(MessageBuilder set, ulong value, int length)
    {
        for (var i = length - 1; i >= 0; i--) set.U8(i >= 8 ? 0 : (int)(value >> (8 * i)) & 0xFF);
    }

    private static ulong Ntp(long unixMilliseconds) => ((ulong)(unixMilliseconds / 1000) + 2_208_988_800) << 32;
}
