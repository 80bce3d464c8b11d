using System.Text;
using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Tests.Captures;
using RpcCollector.Tests.Store;

namespace RpcCollector.Tests.Names;

public sealed class NameFileTests : IDisposable
{
    private const string Usual = """
        # Our hosts
        address,name,kind,owner,site,tags
        10.20.1.15,PC-0412,workstation,Alice,Berlin,finance laptop

        10.20.0.0/16,,,IT,Berlin,
        10.20.1.0/24,Clients,workstation,,"Berlin, 3rd floor",
        2001:db8::/32,,server,,,
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly LogLines _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_said_of_a_site_s_hosts_is_said_of_no_other_s()
    {
        var book = Book("address,name,kind\n10.20.1.15@site-a,PC-A,\n10.20.0.0/16@site-a,,workstation\n10.20.1.15,PC,\n");

        Assert.Equal(("PC-A", "workstation"), (book.Find(Of("10.20.1.15@site-a"), 7)!.Name, book.Find(Of("10.20.1.15@site-a"), 7)!.Kind));
        Assert.Equal(("PC", (string?)null), (book.Find(Of("10.20.1.15"), 7)!.Name, book.Find(Of("10.20.1.15"), 7)!.Kind));
        Assert.Null(book.Find(Of("10.20.1.15@site-b"), 7));
    }

    [Fact]
    public void What_is_said_of_an_address_is_completed_by_what_is_said_of_its_networks()
    {
        var book = Book(Usual);

        var named = book.Find(Of("10.20.1.15"), 7)!;

        Assert.Equal(
            ("PC-0412", NameSource.File, 0L, "workstation", "Alice", "Berlin"),
            (named.Name, named.Source, named.SinceUnixMilliseconds, named.Kind, named.Owner, named.Site));
        Assert.Equal(["finance", "laptop"], named.Tags);
    }

    [Fact]
    public void A_network_names_its_hosts_only_where_nothing_else_does_and_describes_them_all_the_same()
    {
        var book = Book(Usual);
        book.LearnLease(Of("10.20.1.16"), 7, "PC-0413"u8, 1_000, 2_000, isFresh: false);

        var leased = book.Find(Of("10.20.1.16"), 1_500)!;

        Assert.Equal(
            ("PC-0413", NameSource.Dhcp, "workstation", "Berlin, 3rd floor"), (leased.Name, leased.Source, leased.Kind, leased.Site));
        Assert.Equal(("IT", "Clients"), (leased.Owner, book.Find(Of("10.20.1.17"), 1_500)!.Name));
        Assert.Null(book.Find(Of("10.20.2.1"), 1_500));
        Assert.Equal("IT", book.Described(Of("10.20.2.1"))!.Owner);
        Assert.True(book.IsCovered(Of("2001:db8::7")));
    }

    [Fact]
    public void The_file_outranks_a_lease()
    {
        var book = Book(Usual);
        book.LearnLease(Of("10.20.1.15"), 7, "EVIL"u8, 1_000, 2_000, isFresh: true);

        Assert.Equal("PC-0412", book.Find(Of("10.20.1.15"), 1_500)!.Name);
    }

    [Theory]
    [InlineData("name;address\r\nPC-7;10.0.0.7\r\n")]
    [InlineData("\uFEFFIP,Hostname,Role\n10.0.0.7,PC-7,server\n")]
    [InlineData("name\taddress\n\"PC-7\"\t\"10.0.0.7\"\n")]
    [InlineData("prefix,name,asset_number\n10.0.0.7/32,PC-7,88123\n")]
    [InlineData("address,name\n10.0.0.7,PC-7")]
    public void Columns_may_stand_in_any_order_and_be_separated_as_spreadsheets_do(string file) =>
        Assert.Equal("PC-7", Book(file).Find(Of("10.0.0.7"), 0)!.Name);

    [Theory]
    [InlineData("10.0.0,PC-7", "line 2: neither an address nor a prefix")]
    [InlineData("10.0.0.7/33,PC-7", "line 2: neither an address nor a prefix")]
    [InlineData(",PC-7", "line 2: neither an address nor a prefix")]
    [InlineData("10.0.0.7,", "line 2: it says nothing of its address")]
    [InlineData("10.0.0.7,PC-7,a,b", "line 2: 4 values below 2 columns")]
    [InlineData("10.0.0.7,\"PC-7", "line 2: a quote is not closed")]
    [InlineData("10.0.0.7,<script>alert(1)</script>", "line 2: its name has a character")]
    [InlineData("10.0.0.7,PC\u001B[31m", "line 2: its name has a character")]
    [InlineData("10.0.0.7,PC\u202E", "line 2: its name has a character")]
    [InlineData("10.0.0.8,PC-8", "line 3: its address stands in an earlier line")]
    public void A_bad_row_is_one_clear_line_and_the_others_count(string row, string said)
    {
        var file = _folder.Write("names.csv", Encoding.UTF8.GetBytes(row.StartsWith("10.0.0.8", StringComparison.Ordinal)
            ? $"address,name\n10.0.0.8,PC-8\n{row}\n" : $"address,name\n{row}\n10.0.0.8,PC-8\n"));

        var reader = NameFileReader.Read(file);

        Assert.StartsWith(said, Assert.Single(reader.Refusals));
        Assert.Equal((1, 1), (reader.NumRefused, reader.File.Count));
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("# nothing\n", "it is empty")]
    [InlineData("10.0.0.7,PC-7\n", "names no column address or prefix")]
    [InlineData("name,owner\nPC-7,Alice\n", "names no column address or prefix")]
    [InlineData("address,name\nx,y\n", "no row of it can be used: line 2")]
    public void A_file_that_is_wrong_stops_the_start(string text, string said)
    {
        var path = _folder.Write("names.csv", Encoding.UTF8.GetBytes(text));

        var refusal = Assert.Throws<StartupException>(() => NameFiles.Load(new NameOptions { File = path }));

        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith("RpcCollector:Names:File: ", refusal.Message);
        Assert.Throws<StartupException>(() => NameFiles.Load(new NameOptions { File = path + ".other" }));
        Assert.Throws<StartupException>(() => NameFiles.Load(new NameOptions { File = _folder.Path }));
    }

    [Fact]
    public void A_header_without_rows_is_a_file_that_says_nothing_yet() => Assert.Equal(0, Book("address,name\n").File.Count);

    [Fact]
    public void A_changed_file_counts_once_it_has_been_seen_twice_and_a_wrong_one_changes_nothing()
    {
        var path = _folder.Write("names.csv", Encoding.UTF8.GetBytes("address,name\n10.0.0.7,PC-7\n"));
        var book = new NameBook(new NameOptions());
        var watch = new NameFileWatch(new NameOptions { File = path }, book, _log.For<NameFileWatch>());
        watch.Start();
        Assert.Equal("PC-7", book.Find(Of("10.0.0.7"), 0)!.Name);

        File.WriteAllText(path, "address,name\n10.0.0.7,PC-0007\nbad,row\n");
        watch.Reload();
        Assert.Equal("PC-7", book.Find(Of("10.0.0.7"), 0)!.Name);
        watch.Reload();
        Assert.Equal("PC-0007", book.Find(Of("10.0.0.7"), 0)!.Name);
        Assert.Equal((1, 1), (book.Counts.FileRows, book.Counts.FileRowsRefused));
        Assert.Single(_log.Lines, line => line.Contains("line 3: neither an address", StringComparison.Ordinal));

        File.Delete(path);
        for (var look = 0; look < 5; look++) watch.Reload();
        Assert.Equal("PC-0007", book.Find(Of("10.0.0.7"), 0)!.Name);
        Assert.Equal(1, book.Counts.FileFailures);
        Assert.Single(_log.Lines, line => line.Contains("is refused", StringComparison.Ordinal));
    }

    [Fact]
    public void Many_bad_rows_are_counted_and_few_are_named()
    {
        var file = _folder.Write("names.csv", Encoding.UTF8.GetBytes(
            "address,name\n10.0.0.7,PC-7\n" + string.Concat(Enumerable.Repeat("bad,row\n", 5_000)) + new string('x', 1 << 20) + "\n"));

        var reader = NameFileReader.Read(file);

        Assert.Equal((5_001, 10, 1), (reader.NumRefused, reader.Refusals.Count, reader.File.Count));
    }

    private static HostAddress Of(string address) => HostAddress.Parse(address);

    private NameBook Book(string file)
    {
        var options = new NameOptions { File = _folder.Write("names.csv", Encoding.UTF8.GetBytes(file)) };
        return new NameBook(options) { File = NameFiles.Load(options) };
    }
}
