using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace RpcCollector.Tests.ZeekLogs;

/// <summary>
/// Real Zeek logs that lie outside the repository, and other renderings of them; a test that needs them skips, saying so, where they
/// are absent.
/// </summary>
internal static class ZeekShared
{
    private static readonly string Folder =
        Path.Combine(
            Environment.GetEnvironmentVariable("RPC_COLLECTOR_SHARED")
            ?? Path.Combine(RepositoryRoot(), "..", "shared"), "zeek", "apt29-day2");

    /// <summary>Six sensors, each with a conn.log, four with a dce_rpc.log; JSON.</summary>
    public static string Apt29()
    {
        Assert.SkipUnless(Directory.Exists(Folder), $"The shared test data is not at '{Folder}' (RPC_COLLECTOR_SHARED).");
        return Folder;
    }

    public static IEnumerable<string> Logs(string folder, string name = "*.log") =>
        Directory.GetFiles(folder, name, SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    public static long NumLines(string folder, string name = "*.log") => Logs(folder, name).Sum(log => File.ReadLines(log).LongCount());

    /// <summary>The same folders and names elsewhere, each log written anew.</summary>
    public static string Render(string folder, string into, Func<string, string, (string Name, byte[] Octets)> render)
    {
        foreach (var log in Logs(folder))
        {
            var (name, octets) = render(Path.GetFileName(log), File.ReadAllText(log));
            var target = Path.Combine(into, Path.GetRelativePath(folder, Path.GetDirectoryName(log)!), name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, octets);
        }

        return into;
    }

    public static (string Name, byte[] Octets) AsGzip(string name, string text)
    {
        using var octets = new MemoryStream();
        using (var gzip = new GZipStream(octets, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return (name + ".gz", octets.ToArray());
    }

    /// <summary>As Zeek's own writer would have it: times to the microsecond, a header above, columns separated by tabs.</summary>
    public static (string Name, byte[] Octets) AsColumns(string name, string text)
    {
        var records = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var keys = records.SelectMany(record => record.EnumerateObject().Select(property => property.Name)).Where(key => key[0] != '@')
            .Distinct(StringComparer.Ordinal).ToList();
        var columns =
            new StringBuilder(
                $"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path" +
                $"\t{Path.GetFileNameWithoutExtension(name)}\n#open\t2020-05-01-07-00-00\n");
        columns.Append("#fields\t").AppendJoin('\t', keys.Select(key => key.Replace("id_", "id.", StringComparison.Ordinal)))
            .Append("\n#types\t").AppendJoin('\t', keys.Select(_ => "string")).Append('\n');
        foreach (var record in records)
            columns.AppendJoin('\t', keys.Select(key => record.TryGetProperty(key, out var value) ? Value(key, value) : "-")).Append('\n');
        return (name, Encoding.UTF8.GetBytes(columns.Append("#close\t2020-05-01-08-00-00\n").ToString()));
    }

    private static string Value(string key, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when key is "ts" or "duration" or "rtt" =>
            value.GetDecimal().ToString("0.000000", CultureInfo.InvariantCulture),
        JsonValueKind.String =>
            value.GetString() is { Length: > 0 } text ? text.Replace("\t", "\\x09", StringComparison.Ordinal) : "(empty)",
        JsonValueKind.True => "T",
        JsonValueKind.False => "F",
        JsonValueKind.Array => string.Join(',', value.EnumerateArray()),
        _ => value.GetRawText(),
    };

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
