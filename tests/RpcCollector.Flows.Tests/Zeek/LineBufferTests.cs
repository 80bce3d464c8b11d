using System.Text;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Flows.Tests.Zeek;

public class LineBufferTests
{
    [Fact]
    public void Lines_are_the_same_whatever_the_pieces_they_arrive_in()
    {
        var random = new Random(3);
        var octets =
            Encoding.UTF8.GetBytes(
                string.Join('\n', Enumerable.Range(0, 500).Select(number => new string('x', random.Next(0, 300)) + number)));
        var whole = Cut(octets, octets.Length, maxLength: 4_096);

        for (var piece = 1; piece < 700; piece += 37) Assert.Equal(whole, Cut(octets, piece, maxLength: 4_096));
        Assert.Equal(500, whole.Count);
        Assert.Equal(Encoding.UTF8.GetString(octets).Split('\n'), whole);
    }

    [Fact]
    public void A_line_that_is_too_long_is_reported_once_and_the_next_is_read()
    {
        var octets = Encoding.UTF8.GetBytes("first\n" + new string('x', 10_000) + "\nlast");

        Assert.Equal(["first", "(too long)", "last"], Cut(octets, 100, maxLength: 256));
        Assert.Equal(["first", "(too long)", "last"], Cut(octets, 10_000, maxLength: 256));
    }

    private static List<string> Cut(byte[] octets, int piece, int maxLength)
    {
        var buffer = new LineBuffer(maxLength);
        var lines = new List<string>();
        ReadOnlySpan<byte> line;
        for (var next = 0; next < octets.Length;)
        {
            var room = buffer.Room();
            var count = Math.Min(Math.Min(room.Length, piece), octets.Length - next);
            octets.AsSpan(next, count).CopyTo(room);
            buffer.Add(count);
            next += count;
            while (buffer.TryTake(out line, out var isTooLong)) lines.Add(isTooLong ? "(too long)" : Encoding.UTF8.GetString(line));
        }

        if (buffer.TryTakeRest(out line, out var isRestTooLong)) lines.Add(isRestTooLong ? "(too long)" : Encoding.UTF8.GetString(line));
        Assert.Equal(octets.Length, buffer.Taken);
        return lines;
    }
}
