using RpcCollector.Files;
using RpcCollector.Flows.Time;
using RpcCollector.Store;

namespace RpcCollector.Judging;

/// <summary>The file in which former versions kept what the judge knew: taken over once, and never written.</summary>
internal sealed class JudgementFile(string folder, ArrivalClock clock)
{
    public const string FileName = "judgement.bin";
    public const string TakenOverSuffix = ".taken-over";

    private const int BufferBytes = 1 << 16;

    public string Path { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, FileName));

    /// <returns>False when there is no file.</returns>
    public bool Load(Action<Stream> read)
    {
        if (!File.Exists(Path)) return false;
        RegularFile.Check(Path);
        using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
        read(file);
        return true;
    }

    /// <summary>Renames a damaged file, so that a person may look at it.</summary>
    /// <returns>Its new name.</returns>
    public string SetAside() => SetAsideFile.Move(Path, clock);

    /// <summary>Renames the file, so that it is not taken over again; one of that name that is there already stays.</summary>
    /// <returns>Its new name.</returns>
    public string MarkTakenOver()
    {
        var name = Path + TakenOverSuffix;
        if (File.Exists(name)) name = $"{name}-{clock.Now:yyyyMMdd'T'HHmmssfff'Z'}";
        File.Move(Path, name);
        return name;
    }
}
