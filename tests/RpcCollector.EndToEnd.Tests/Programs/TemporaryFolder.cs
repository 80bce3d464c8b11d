namespace RpcCollector.EndToEnd.Tests.Programs;

/// <summary>A folder of one test, deleted with all that is in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string FullName { get; } = Directory.CreateTempSubdirectory("rpc-collector-").FullName;

    public string PathOf(string name) => Path.Combine(FullName, name);

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
