using System.Text.RegularExpressions;

namespace RpcCollector.Architecture.Tests;

/// <summary>What the documents promise about themselves.</summary>
public sealed partial class DocumentTests
{
    private const int MostWordsOfReadme = 900;

    private static readonly string Root = LineTests.RepositoryRoot();

    public static TheoryData<string> Documents() =>
    [
        .. Directory.GetFiles(Root, "*.md").Concat(Directory.GetFiles(Path.Combine(Root, "docs"), "*.md"))
            .Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_of_a_document_leads_to_a_file(string document)
    {
        var path = Path.Combine(Root, document);
        var lost = Link().Matches(File.ReadAllText(path)).Select(link => link.Groups[1].Value)
            .Where(target => !target.Contains(':', StringComparison.Ordinal) && !target.StartsWith('#'))
            .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, target.Split('#')[0])));

        Assert.Empty(lost);
    }

    [Fact]
    public void Readme_is_read_in_minutes()
    {
        var words = File.ReadAllText(Path.Combine(Root, "README.md")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

        Assert.InRange(words.Length, 1, MostWordsOfReadme);
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Link();
}
