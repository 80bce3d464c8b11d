using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Tests;

/// <summary>The same flows in Templates that are read in different ways.</summary>
public sealed class LayoutTests
{
    private const int NumRecords = 2000;

    private static readonly int[] Ports =
        [0, 80, 88, 134, 135, 136, 139, 389, 443, 445, 593, 1023, 1024, 5985, 5986, 5987, 34_560, 49_151, 49_152, 65_535];

    // Element and length: ports and protocol in any length, names of interfaces (82, 83) in any place.
    public static TheoryData<string> Layouts =>
    [
        "12/4 152/8 7/2 11/2 8/4 4/1 153/8 6/2",
        "8/4 12/4 7/4 11/4 4/2 6/1 152/8 153/8",
        "7/3 11/8 4/5 6/1 8/4 12/4 152/6 153/7",
        "82/65535 8/4 12/4 7/2 11/2 4/1 6/1 152/8 153/8",
        "8/4 12/4 7/2 11/2 4/1 6/1 152/8 153/8 82/65535",
        "8/4 82/65535 83/65535 12/4 4/1 7/2 11/2 6/1 152/8 96/65535 153/8",
        "8/4 12/4 7/2 82/65535 11/2 4/1 6/1 152/8 153/8",
        "82/65535 8/4 12/4 7/3 11/2 4/1 6/1 152/8 153/8",
    ];

    [Fact]
    public void Scratch_record_has_room_for_every_role_at_its_longest()
    {
        var roles = Enum.GetValues<FieldRole>().Where(role => role != FieldRole.None);
        var octets = roles.Sum(role => role.ToString().EndsWith("IPv6", StringComparison.Ordinal) ? 16 : 8);

        Assert.InRange(octets, 1, RecordPlan.MaxScratchLength);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Flows_are_the_same_however_their_template_lays_them_out(string layout)
    {
        var (expected, actual) = (Decode("8/4 12/4 7/2 11/2 4/1 6/1 152/8 153/8"), Decode(layout));

        Assert.NotEmpty(expected.Collected.FlowStarts);
        Assert.Equal(expected.Collected.FlowStarts, actual.Collected.FlowStarts);
        Assert.Equal(expected.Collected.Mirrors, actual.Collected.Mirrors);
        foreach (var reason in (Rejection[])[Rejection.NotTcp, Rejection.IrrelevantPorts, Rejection.NoStartTime])
            Assert.Equal(
                (reason, expected.Counters.Rejected(Hop.FlowRecord, reason)), (reason, actual.Counters.Rejected(Hop.FlowRecord, reason)));
        Assert.Equal(NumRecords, actual.Counters.Received(Hop.FlowRecord));
        actual.AssertEverythingIsAccountedFor();
    }

    private static DecoderUnderTest Decode(string layout)
    {
        var decoder = new DecoderUnderTest();
        var fields = layout.Split(' ').Select(field => field.Split('/')).Select(field => (int.Parse(field[0]), int.Parse(field[1])))
            .ToArray();
        var random = new Random(5);
        var names = new Random(6);
        for (var left = NumRecords; left > 0; left -= 20)
        {
            decoder.Decode(MessageBuilder.Ipfix().Template(256, fields).Set(256, set =>
            {
                for (var record = 0; record < 20; record++) Write(set, fields, random, names);
            }).From());
        }

        return decoder;
    }

    private static void Write(MessageBuilder set, (int Element, int Length)[] fields, Random random, Random names)
    {
        var start = (ulong)MessageBuilder.ExportMilliseconds - (ulong)random.Next(1, 100_000);
        var values = new Dictionary<int, ulong>
        {
            [8] = 0x0A00_0000 | (uint)random.Next(65_536),
            [12] = 0x0A01_0000 | (uint)random.Next(65_536),
            [7] = (ulong)Ports[random.Next(Ports.Length)],
            [11] = (ulong)Ports[random.Next(Ports.Length)],
            [4] = random.Next(5) == 0 ? 17u : 6u,
            [6] = (ulong)random.Next(32),
            [152] = random.Next(10) == 0 ? 0 : start,
            [153] = random.Next(10) == 0 ? 0 : start + 100,
        };
        foreach (var (element, length) in fields)
        {
            if (length == 65_535)
            {
                var (octets, isLong) = (names.Next(300), names.Next(2) == 0);
                if (isLong || octets > 254) set.U8(255).U16(octets);
                else set.U8(octets);
                set.Zeros(octets);
                continue;
            }

            for (var i = length - 1; i >= 0; i--) set.U8((int)(values[element] >> (8 * i)) & 0xFF);
        }
    }
}
