using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using RpcCollector.Demo;

namespace RpcCollector.Lab.Evaluation.Office.Export;

/// <summary>Writes an office as the recording that the appliance's demo plays: see <see cref="OfficeRecording"/>.</summary>
internal static class OfficeRecordingWriter
{
    private const int LargestWindow = 24;
    private const int BestQuality = 11;
    private const int FirstDynamicPort = 1_024;

    // Between the moment at which the demo begins and the last thing that an intruder does.
    private const long BeforeLastMilliseconds = 90_000;

    // Played after it, so that the console does not fall silent at once.
    private const long AfterLastMilliseconds = 60 * 60_000;

    /// <param name="folder">What <see cref="OfficeFolder"/> wrote of it.</param>
    /// <returns>How many connections were written.</returns>
    public static int Write(string folder, long dayUnixMilliseconds, string path)
    {
        var whose = File.ReadAllLines(Path.Combine(folder, "whose.csv"));
        var intruders =
            whose.Where(
                line => line.EndsWith("-intruder", StringComparison.Ordinal) && !line.Contains("driven-by", StringComparison.Ordinal))
            .Select(line => line.Split(',')[0]).ToHashSet(StringComparer.Ordinal);

        // Servers are everybody's all day long: what an intruder does there does not show by the pair alone.
        var servers = File.ReadLines(Path.Combine(folder, "names.csv")).Select(line => line.Split(',')[0]);
        var driven = whose.Where(line => line.Contains("driven-by", StringComparison.Ordinal)).Select(line => line.Split(',')[0])
            .Except(servers, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        var lines = File.ReadLines(Path.Combine(folder, "conn.log")).Select(ReadLine).OrderBy(line => line.Start).ToList();

        // The last workstation that an intruder drives.
        var last = lines.Where(line => line.Start >= dayUnixMilliseconds && intruders.Contains(line.Client) && driven.Contains(line.Server))
            .Max(line => line.Start);
        lines.RemoveAll(line => line.Start > last + AfterLastMilliseconds);

        var pairs = new Dictionary<(string Client, string Server, int Port), int>();
        StringBuilder[] columns = [.. Enumerable.Range(0, 7).Select(_ => new StringBuilder())];
        var before = 0L;
        foreach (var line in lines)
        {
            var isDynamic = line.Port >= FirstDynamicPort && line.Port is not (3268 or 3269 or 5985 or 5986);
            var key = (line.Client, line.Server, isDynamic ? 0 : line.Port);
            if (!pairs.TryGetValue(key, out var pair)) pairs.Add(key, pair = pairs.Count);
            Add(columns[0], line.Start - before);
            Add(columns[1], pair);
            Add(columns[2], Rounded(line.Duration));
            AddText(columns[3], line.State);
            Add(columns[4], Rounded(line.Sent));
            Add(columns[5], Rounded(line.Answered));
            if (isDynamic) Add(columns[6], line.Port);
            before = line.Start;
        }

        var live = (last - BeforeLastMilliseconds).ToString(CultureInfo.InvariantCulture);
        var text = string.Join('\f', (string[])[
            $"{OfficeRecording.Header}\n{live}",
            string.Join(
                '\n', File.ReadAllLines(Path.Combine(folder, "names.csv"))
                    .Select(line => line.Replace(",role", ",kind", StringComparison.Ordinal))),
            string.Join('\n', File.ReadAllLines(Path.Combine(folder, "dhcp.log"))),
            string.Join('\n', whose),
            string.Join(
                '\n', pairs.Keys.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Client} {pair.Server} {pair.Port}"))),
            .. columns.Select(column => column.ToString()),
        ]);
        File.WriteAllBytes(path, Compress(Encoding.ASCII.GetBytes(text)));
        return lines.Count;
    }

    private static byte[] Compress(byte[] plain)
    {
        using var encoder = new BrotliEncoder(BestQuality, LargestWindow);
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        var (octets, taken) = (0, 0);
        while (true)
        {
            encoder.Compress(plain.AsSpan(taken), compressed.AsSpan(octets), out var consumed, out var written, isFinalBlock: true);
            (taken, octets) = (taken + consumed, octets + written);
            if (consumed == 0 && written == 0) return compressed[..octets];
        }
    }

    // Two digits are enough to tell one connection from another, and take half the room.
    private static long Rounded(long number)
    {
        var unit = 1L;
        while (number / unit >= 100) unit *= 10;
        return number / unit * unit;
    }

    private static void Add(StringBuilder column, long number) => AddText(column, number.ToString(CultureInfo.InvariantCulture));

    private static void AddText(StringBuilder column, string text)
    {
        if (column.Length > 0) column.Append('\n');
        column.Append(text);
    }

    private static Line ReadLine(string text)
    {
        using var document = JsonDocument.Parse(text);
        var line = document.RootElement;
        return new Line(
            (long)(line.GetProperty("ts").GetDecimal() * 1_000), (long)(line.GetProperty("duration").GetDecimal() * 1_000),
            line.GetProperty("id.orig_h").GetString()!, line.GetProperty("id.resp_h").GetString()!, line.GetProperty("id.resp_p")
                .GetInt32(),
            $"{line.GetProperty("conn_state").GetString()} {line.GetProperty("history").GetString()}",
            line.GetProperty("orig_ip_bytes").GetInt64(), line.GetProperty("resp_ip_bytes").GetInt64());
    }

    private readonly record struct Line(
        long Start, long Duration, string Client, string Server, int Port, string State, long Sent, long Answered);
}
