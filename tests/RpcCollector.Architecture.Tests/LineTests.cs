namespace RpcCollector.Architecture.Tests;

public sealed class LineTests
{
    private const int MaxLength = 140;

    [Fact]
    public void Lines_of_code_have_at_most_140_characters()
    {
        var root = RepositoryRoot();
        var files = ((string[])["src", "tests"])
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "Generated"))
            .ToList();

        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(file => File.ReadLines(file).Select((line, index) => (line, index))
            .Where(entry => entry.line.Length > MaxLength)
            .Select(entry => $"{Path.GetRelativePath(root, file)}:{entry.index + 1} has {entry.line.Length} characters")));
    }

    internal static string RepositoryRoot()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "RpcCollector.sln"))) root = Path.GetDirectoryName(root)!;
        return root;
    }
}
