using RpcCollector.Flows;

namespace RpcCollector.Exporters;

/// <summary>The file that keeps, from one process to the next, what is known of the exporters.</summary>
internal sealed class ExporterStateFile(string folder, TimeProvider time)
{
    public const string FileName = "exporters.json";

    private const int KeptDamagedFiles = 3;

    public string Path { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, FileName));

    /// <summary>True for what a failing, full or missing disk makes this throw; anything else is a bug.</summary>
    public static bool IsDiskFailure(Exception failure) => failure is IOException or UnauthorizedAccessException;

    /// <summary>Replaces the file whole: whenever the process or the machine ends, the old content is there or the new.</summary>
    public void Save(ExporterCatalog catalog)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var next = Path + ".tmp";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
        {
            catalog.Save(file);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, Path, overwrite: true);
    }

    /// <summary>Gives the catalog what the file holds.</summary>
    /// <returns>How many exporters; null when there is no file.</returns>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public int? Load(ExporterCatalog catalog, FlowOptions options)
    {
        if (!File.Exists(Path)) return null;
        using var file = File.OpenRead(Path);
        return catalog.Load(file, options, time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    /// <summary>Renames a damaged file, so that a person may look at it.</summary>
    /// <returns>Its new name.</returns>
    public string SetAside()
    {
        var aside = $"{Path}.damaged-{time.GetUtcNow():yyyyMMdd'T'HHmmssfff'Z'}";
        File.Move(Path, aside, overwrite: true);
        var all = Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!, FileName + ".damaged-*Z");
        foreach (var old in all.OrderDescending(StringComparer.Ordinal).Skip(KeptDamagedFiles)) File.Delete(old);
        return aside;
    }
}
