using RpcCollector.Commands;
using RpcCollector.Detection;
using RpcCollector.Detection.Advice;
using RpcCollector.Naming;

namespace RpcCollector.Tests.Commands;

public sealed class KindsTests
{
    private static readonly string Documented =
        File.ReadAllText(Path.Combine(CollectorProgram.RepositoryRoot(), "docs", "findings.md"));

    [Fact]
    public void The_documentation_tells_every_kind_as_the_table_has_it() =>
        Assert.Equal(KindPages.Markdown(KindAdvice.All).Trim(), Documented.Split("<!-- kinds -->")[1].Split("<!-- /kinds -->")[0].Trim());

    [Fact]
    public void The_console_has_words_for_every_kind()
    {
        var words = File.ReadAllText(Path.Combine(CollectorProgram.RepositoryRoot(), "console", "src", "ui", "kinds.ts"));

        Assert.All(
            KebabCase<FindingKind>.All, kind => Assert.Contains($"'{KebabCase<FindingKind>.Of(kind)}':", words, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_document_that_is_named_has_its_address_at_the_end() => Assert.All(
        KindAdvice.All.SelectMany(kind => kind.Sources).Distinct(),
        source =>
        {
            Assert.Contains($"\n[{source.Name}]: {source.Url}\n", Documented, StringComparison.Ordinal);
            Assert.DoesNotContain(']', source.Name);
        });

    [Theory]
    [InlineData("remote-service", 0)]
    [InlineData("no-such-kind", 2)]
    public async Task One_kind_is_printed_by_its_name(string kind, int exitCode)
    {
        var (code, output, _) = await CollectorProgram.RunAsync("kinds", kind);

        Assert.Equal(exitCode, code);
        Assert.Equal(exitCode == 0 ? [kind] : [], KebabCase<FindingKind>.All.Select(KebabCase<FindingKind>.Of)
            .Where(name => output.Contains($"### `{name}`", StringComparison.Ordinal)));
    }
}
