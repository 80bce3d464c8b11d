using System.Buffers.Text;
using System.Text.Json;

namespace RpcCollector.Captures;

/// <summary>A file that is not read, recognised by its first octets.</summary>
/// <param name="Loss">How it is counted; null where its lines are.</param>
/// <param name="Description">What it is, and what to do.</param>
internal readonly record struct ForeignFile(CaptureLoss? Loss, string Description)
{
    private const int MostOctets = 4_096;
    private const int TarMagicAt = 257;

    private const string Decompress = "decompress it first";
    private const string Unpack = "unpack it first";

    private static readonly (byte[] Magic, string Description)[] Known =
    [
        ([0x42, 0x5A, 0x68], $"a bzip2 file: {Decompress} (bunzip2)"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], $"an xz file: {Decompress} (unxz)"),
        ([0x5D, 0, 0], $"an lzma file: {Decompress} (unlzma)"),
        ([0x04, 0x22, 0x4D, 0x18], $"an lz4 file: {Decompress} (unlz4)"),
        ([0x1F, 0x9D], $"a file of compress: {Decompress} (uncompress)"),
        ([0x50, 0x4B, 3, 4], $"a zip archive: {Unpack} (unzip)"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], $"a 7z archive: {Unpack} (7z x)"),
        ([0x52, 0x61, 0x72, 0x21, 0x1A, 7], $"a rar archive: {Unpack}"),
        ("snoop\0\0\0"u8.ToArray(), "a capture of snoop: rewrite it as pcap (editcap -F pcap)"),
        ([0x47, 0x4D, 0x42, 0x55], "a capture of Network Monitor: rewrite it as pcap (editcap -F pcap)"),
        ([0x52, 0x54, 0x53, 0x53], "a capture of Network Monitor: rewrite it as pcap (editcap -F pcap)"),
        ("XCP\0"u8.ToArray(), "a capture of NetXRay: rewrite it as pcap (editcap -F pcap)"),
        ("TRSNIFF data"u8.ToArray(), "a capture of Sniffer: rewrite it as pcap (editcap -F pcap)"),
        ([0x0C, 0xA5], "a file of nfdump: replay it to a sensor (nfreplay -r FILE -v 9 -H 127.0.0.1 -p 2055)"),
        ([0xA5, 0x0C], "a file of nfdump: replay it to a sensor (nfreplay -r FILE -v 9 -H 127.0.0.1 -p 2055)"),
        ([0xCF, 0x10], "a file of flow-tools: replay it to a sensor (flow-send)"),
        ([0xDE, 0xAD, 0xBE, 0xEF], "a file of SiLK: rewrite it as IPFIX (rwsilk2ipfix)"),
        ("SQLite format 3\0"u8.ToArray(), "an SQLite database"),
        ([0x89, 0x50, 0x4E, 0x47], "a PNG picture"),
        ([0xFF, 0xD8, 0xFF], "a JPEG picture"),
        ("GIF8"u8.ToArray(), "a GIF picture"),
        ("%PDF"u8.ToArray(), "a PDF document"),
        ([0x7F, 0x45, 0x4C, 0x46], "a program"),
        ("MZ"u8.ToArray(), "a program"),
    ];

    /// <summary>Says what a file is that is no capture.</summary>
    public static ForeignFile Recognise(string path, bool areLogsRead)
    {
        using var source = new ByteSource(path);
        var begin = new byte[MostOctets];
        var length = 0;
        while (length < MostOctets && source.ReadSome(begin.AsSpan(length)) is > 0 and var more) length += more;
        var octets = begin.AsSpan(0, length);
        if (octets.Length >= 4 && PcapFile.IsModified(octets))
            return new ForeignFile(CaptureLoss.ModifiedPcap, "a modified pcap file, as Kuznetzov's: rewrite it (editcap -F pcap)");
        return new ForeignFile(CaptureLoss.NotACapture, Describe(octets, source.IsDamaged, areLogsRead));
    }

    /// <summary>A log none of whose lines could be read.</summary>
    public static ForeignFile UnreadableLines(string path)
    {
        var recognised = Recognise(path, areLogsRead: true).Description;
        return new ForeignFile(null, $"no line of it can be read: {recognised}");
    }

    private static string Describe(ReadOnlySpan<byte> octets, bool isDamaged, bool areLogsRead)
    {
        if (octets.IsEmpty) return isDamaged ? "damaged: nothing of it can be read" : "an empty file";
        foreach (var (magic, description) in Known)
        {
            if (octets.StartsWith(magic)) return description;
        }

        if (octets.Length >= TarMagicAt + 5 && octets.Slice(TarMagicAt, 5).SequenceEqual("ustar"u8))
            return $"a tar archive: {Unpack} (tar x)";
        if (octets is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..]) return "a text file in UTF-16: rewrite it in UTF-8 (iconv -f UTF-16 -t UTF-8)";
        var readable =
            $"neither pcap, pcapng nor an IPFIX file, by its first " +
                $"octets{(areLogsRead ? ", nor a log of Zeek that is read, nor an eve.json of Suricata" : "")}";
        return IsText(octets) ? DescribeText(octets, areLogsRead) ?? $"a text file, {readable}" : $"not a capture ({readable})";
    }

    /// <summary>True for a line on which one JSON object follows another.</summary>
    public static bool IsSeveralObjects(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t\r"u8);
        if (line is not [(byte)'{', ..]) return false;
        try
        {
            var reader = new Utf8JsonReader(line, isFinalBlock: false, default);
            if (!reader.Read() || !reader.TrySkip() || reader.TokenType != JsonTokenType.EndObject) return false;
            return line[(int)reader.BytesConsumed..].TrimStart(" \t,"u8) is [(byte)'{', ..];
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? DescribeText(ReadOnlySpan<byte> octets, bool areLogsRead)
    {
        var text = octets.TrimStart([.. "\uFEFF"u8, .. " \t\r\n"u8]);
        var end = text.IndexOf((byte)'\n');
        var line = (end < 0 ? text : text[..end]).TrimEnd((byte)'\r');
        if (!areLogsRead && (text is [(byte)'{', ..] || line.StartsWith("#separator"u8)))
            return "a log: 'replay' reads Zeek's and Suricata's, 'send' sends none";
        if (text is [(byte)'[', ..] && text[1..].TrimStart(" \t\r\n"u8) is [(byte)'{', ..])
            return "one JSON array: a log has one object a line (jq -c '.[]')";
        if (text is [(byte)'{', ..])
        {
            if (IsSeveralObjects(line)) return "several JSON objects on a line: a log has one (jq -c .)";
            return line is [(byte)'{'] or [(byte)'{', (byte)' '] ? "JSON over several lines: a log has one object a line (jq -c .)"
                : "JSON, but no log of Zeek that is read, nor an eve.json of Suricata";
        }

        if (line.StartsWith("#separator"u8) || line.StartsWith("#fields"u8))
            return "a log of Zeek that is not read (conn, dce_rpc, smb_files, dhcp, dns, ntlm, kerberos and smb_mapping are)";
        if (line.IndexOf((byte)'{') is > 0 and var at && line[at..].IndexOf("\":"u8) > 0)
            return "lines with something before their JSON object, as syslog writes it: cut it off (sed 's/^[^{]*//')";
        return IsTable(line) ? "columns without the lines that name them (#separator, #fields): keep Zeek's header with its lines" : null;
    }

    /// <summary>True for a line as conn.log has them: a time in seconds, then a connection's name and many more columns.</summary>
    private static bool IsTable(ReadOnlySpan<byte> line) =>
        Utf8Parser.TryParse(line, out double _, out var length) && length < line.Length && line[length..].Count(line[length]) >= 7;

    private static bool IsText(ReadOnlySpan<byte> octets)
    {
        foreach (var octet in octets)
        {
            if (octet < 0x20 && octet is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0C or 0x1B)) return false;
        }

        return true;
    }
}
