using System.Text;
using RpcCollector.Scale;
using RpcCollector.Scale.Words;
using RpcCollector.Store.Words;

namespace RpcCollector.Tests.Scale.Words;

public class SaidDeedTests
{
    private const string Writer = "0123456789abcdef";

    [Fact]
    public void What_was_written_is_read()
    {
        var told = new SaidRow("told_roles", "10.0.0.1", ["10.0.0.1", 1L, "Ada", "why", 1_700_000_000_000L, null]);
        var gone = new SaidRow("suppressions", 7L, null);

        Assert.Equal(WordRejection.None, SaidDeed.Read(new SaidDeed(Writer, IsSoon: true, [told, gone]).Write(), out var read));

        Assert.Equal((Writer, true, 2), (read.Writer, read.IsSoon, read.Rows.Count));
        Assert.Equal(told.Values, read.Rows[0].Values);
        Assert.Equal((7L, null), ((long)read.Rows[1].Key, read.Rows[1].Values));
    }

    [Theory]
    [InlineData("[]", nameof(WordRejection.Malformed))]
    [InlineData("{\"version\":2}", nameof(WordRejection.UnknownVersion))]
    [InlineData("[[\"sqlite_master\",1,null]]", nameof(WordRejection.UnknownTable))]
    [InlineData("[[\"findings\",1,null]]", nameof(WordRejection.UnknownTable))]
    [InlineData("[[\"suppressions\",7]]", nameof(WordRejection.Malformed))]
    [InlineData("[[\"suppressions\",\"7\",null]]", nameof(WordRejection.Malformed))]
    [InlineData("[[\"incidents\",7,null]]", nameof(WordRejection.Malformed))]
    [InlineData("[[\"incidents\",7,[7,99,null,null,null,null,null]]]", nameof(WordRejection.Malformed))]
    [InlineData("[[\"incidents\",7,[7,1,null,null,null,null,null,null,null]]]", nameof(WordRejection.Malformed))]
    [InlineData("[[\"incidents\",7,[8,1,null,null,null,null,null]]]", nameof(WordRejection.Malformed))]
    [InlineData("[[\"told_roles\",\"x\",[\"x\",1,\"a\",\"b\",1,null]]]", nameof(WordRejection.Malformed))]
    [InlineData("[[\"told_roles\",\"10.0.0.1\",[\"10.0.0.1\",1,\"a\",\"b\",-1,null]]]", nameof(WordRejection.Malformed))]
    [InlineData("[[\"told_roles\",\"10.0.0.1\",[\"10.0.0.1\",1,null,\"b\",1,null]]]", nameof(WordRejection.Malformed))]
    [InlineData("[[\"sessions\",\"00\",null", nameof(WordRejection.Malformed))]
    public void What_no_judge_can_have_said_is_refused(string rows, string reason)
    {
        var text = rows.StartsWith("[[", StringComparison.Ordinal) ? $$"""{"version":1,"writer":"{{Writer}}","rows":{{rows}}}""" : rows;

        Assert.Equal(Enum.Parse<WordRejection>(reason), SaidDeed.Read(Encoding.UTF8.GetBytes(text), out var read));

        Assert.Empty(read.Rows);
    }
}
