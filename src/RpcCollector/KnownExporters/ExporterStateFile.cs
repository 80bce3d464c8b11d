using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Store;

namespace RpcCollector.KnownExporters;

/// <summary>The file that keeps, from one process to the next, what is known of the exporters.</summary>
internal sealed class ExporterStateFile(string folder, ArrivalClock clock, TimeProvider time)
{
    public const string FileName = "exporters.json";

    private readonly StateFile _file = new(folder, FileName, time);

    public string Path => _file.Path;

    /// <summary>True for what a failing, full or missing disk makes this throw; anything else is a bug.</summary>
    public static bool IsDiskFailure(Exception failure) => StateFile.IsDiskFailure(failure);

    /// <summary>Replaces the file whole: whenever the process or the machine ends, the old content is there or the new.</summary>
    public void Save(ExporterCatalog catalog) => _file.Save(catalog.Save);

    /// <summary>Gives the catalog what the file holds.</summary>
    /// <returns>How many exporters; null when there is no file.</returns>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public int? Load(ExporterCatalog catalog, FlowOptions options)
    {
        if (!File.Exists(Path)) return null;
        using var file = File.OpenRead(Path);
        return catalog.Load(file, options, clock.UnixMilliseconds, clock.AgedUnixMilliseconds);
    }

    /// <summary>Renames a damaged file, so that a person may look at it.</summary>
    /// <returns>Its new name.</returns>
    public string SetAside() => _file.SetAside();
}
