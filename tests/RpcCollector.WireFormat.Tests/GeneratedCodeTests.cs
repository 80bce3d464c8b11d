using System.Text.RegularExpressions;

namespace RpcCollector.WireFormat.Tests;

public sealed partial class GeneratedCodeTests
{
    // The members of the published package KaitaiStruct.Runtime.CSharp that parsers of these grammars could need.
    private static readonly string[] PublishedMembers =
    [
        "IsEof", "Pos", "Size", "Seek", "AlignToByte", "ReadBitsIntBe", "ReadBitsIntLe", "ReadBytes", "ReadBytesFull", "ReadBytesTerm",
        "ReadU1", "ReadU2be", "ReadU4be", "ReadU8be", "ReadU2le", "ReadU4le", "ReadU8le",
        "ReadS1", "ReadS2be", "ReadS4be", "ReadS8be", "ReadS2le", "ReadS4le", "ReadS8le",
        "ReadF4be", "ReadF8be", "ReadF4le", "ReadF8le",
        "BytesStripRight", "BytesTerminate", "ByteArrayCompare", "Mod",
    ];

    private static readonly string[] PublishedErrors =
    [
        "ValidationNotEqualError", "ValidationLessThanError", "ValidationGreaterThanError", "ValidationNotAnyOfError",
        "ValidationNotInEnumError", "ValidationExprError", "UndecidedEndiannessError",
    ];

    public static TheoryData<string> GeneratedFiles =>
        [.. Directory.EnumerateFiles(Folder, "*.cs").Select(path => Path.GetFileName(path)!).Order()];

    private static string Folder => Path.Combine(Captures.RepositoryRoot, "src", "RpcCollector.WireFormat", "Generated");

    [Theory]
    [MemberData(nameof(GeneratedFiles))]
    public void Generated_code_calls_only_what_the_published_runtime_has(string file)
    {
        var code =
            string.Join(
                '\n', File.ReadLines(Path.Combine(Folder, file))
                    .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));

        var members = StreamMember().Matches(code).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.NotEmpty(members);
        Assert.Empty(members.Except(PublishedMembers));
        Assert.Empty(Error().Matches(code).Select(match => match.Value).Distinct().Except(PublishedErrors));
        Assert.Empty(Using().Matches(code).Select(match => match.Groups[1].Value).Except(["System", "System.Collections.Generic"]));
    }

    [Fact]
    public void Runtime_has_every_published_member_that_it_claims() =>
        Assert.Empty(PublishedMembers.Except(typeof(KaitaiStream).GetMembers().Select(member => member.Name)));

    [Fact]
    public void Runtime_throws_published_errors_that_say_where_the_input_contradicts_the_grammar()
    {
        var stream = Octets.Stream("0000");
        stream.ReadU2be();
        ValidationFailedError[] errors =
        [
            new ValidationNotEqualError(10, (ushort)9, stream, "/seq/0"),
            new ValidationLessThanError(16, (ushort)9, stream, "/seq/0"),
            new ValidationGreaterThanError(8, (ushort)9, stream, "/seq/0"),
            new ValidationNotAnyOfError((ushort)9, stream, "/seq/0"),
            new ValidationNotInEnumError((ushort)9, stream, "/seq/0"),
            new ValidationExprError((ushort)9, stream, "/seq/0"),
        ];

        Assert.All(errors, error => Assert.StartsWith("/seq/0: at octet 2: 9 ", error.Message, StringComparison.Ordinal));
        Assert.Equal(
            "/seq/0: at octet 2: 0A is not 0B", new ValidationNotEqualError(Octets.Of("0b"), Octets.Of("0a"), stream, "/seq/0").Message);
    }

    [GeneratedRegex(@"\b(?:m_io|M_Io|io___raw_\w+|KaitaiStream)\.(\w+)")]
    private static partial Regex StreamMember();

    [GeneratedRegex(@"\b\w+Error\b")]
    private static partial Regex Error();

    [GeneratedRegex(@"^using ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
