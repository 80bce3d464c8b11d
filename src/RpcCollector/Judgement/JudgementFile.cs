using RpcCollector.Flows.Time;
using RpcCollector.Store;

namespace RpcCollector.Judgement;

/// <summary>The file that keeps, from one process to the next, what the judge knows; the judge tells by its content whether it is whole.</summary>
internal sealed class JudgementFile(string folder, ArrivalClock clock)
{
    public const string FileName = "judgement.bin";

    private const int BufferBytes = 1 << 16;

    private readonly StateFile _file = new(folder, FileName, clock);

    public string Path => _file.Path;

    /// <summary>Replaces the file whole: whenever the process or the machine ends, the old content is there or the new.</summary>
    public void Save(Action<Stream> write) => _file.Save(write);

    /// <returns>False when there is no file.</returns>
    public bool Load(Action<Stream> read)
    {
        if (!File.Exists(Path)) return false;
        using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
        read(file);
        return true;
    }

    /// <summary>Renames a damaged file, so that a person may look at it.</summary>
    /// <returns>Its new name.</returns>
    public string SetAside() => _file.SetAside();
}
