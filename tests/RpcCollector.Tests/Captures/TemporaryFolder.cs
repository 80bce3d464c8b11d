namespace RpcCollector.Tests.Captures;

/// <summary>A folder for the files of one test, removed with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("rpc-collector-").FullName;

    public string Write(string name, byte[] octets)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, octets);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
