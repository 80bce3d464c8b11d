using System.Text.Json;

namespace RpcCollector.ZeekLogs;

/// <summary>The file that keeps, from one process to the next, how far each followed log has been read.</summary>
internal sealed class LogPositionFile(string folder)
{
    public const string FileName = "zeek.json";

    public string Path { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, FileName));

    /// <summary>What was saved; nothing when the file is missing or makes no sense, which <paramref name="damage"/> says.</summary>
    public IReadOnlyList<LogPosition> Load(out string? damage)
    {
        damage = null;
        try
        {
            using var file = File.OpenRead(Path);
            return [.. (JsonSerializer.Deserialize(file, LogPositionJson.Default.LogPositionArray) ?? []).Where(position => position is { Path: not null, Head: not null, Octets: >= 0 })];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            damage = e.Message;
            return [];
        }
    }

    /// <summary>Replaces the file whole.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public void Save(IEnumerable<LogPosition> positions)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var next = Path + ".tmp";
        File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes([.. positions], LogPositionJson.Default.LogPositionArray));
        File.Move(next, Path, overwrite: true);
    }
}
