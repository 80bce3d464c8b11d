using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Tests.Store;

namespace RpcCollector.Tests.Names;

public sealed class NameRowsTests : IDisposable
{
    private const long Now = 1_800_000_000_000;
    private const long Hour = 3_600_000;

    private static readonly HostAddress Host = HostAddress.Parse("10.20.1.15");
    private static readonly HostAddress Server = HostAddress.Parse("10.20.0.20");

    private readonly TemporaryStore _store = new();
    private readonly NameBook _book = new(new NameOptions());

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Names_and_logons_are_the_same_after_a_restart()
    {
        Tell(_book);
        Save(_book);

        var book = Restarted();

        Assert.Equal(_book.PeriodsOf(Host), book.PeriodsOf(Host));
        Assert.Equal(_book.UsersOf(Host, Server, 0, Now * 2), book.UsersOf(Host, Server, 0, Now * 2));
        Assert.Equal(("PC-0412", NameSource.Dhcp), (book.Find(Host, Now)!.Name, book.Find(Host, Now)!.Source));
        Assert.Null(book.Changes.Take(alsoSeen: true));

        // What is told from here on has rows of its own.
        book.Learn(Server, NameSource.Dns, "fs-02.corp.example"u8, Now);
        Save(book);
        Assert.Equal(2, Restarted().Count);
    }

    [Fact]
    public void What_is_told_again_changes_its_row_and_what_made_room_leaves_the_store()
    {
        for (var round = 0; round < 50; round++)
        {
            _book.Learn(Host, NameSource.Dns, "pc-0412"u8, Now + (round * Hour));
            _book.Learn(Host, NameSource.Smb, System.Text.Encoding.ASCII.GetBytes($"x{round}"), Now + round);
            _book.LearnUser(Host, Server, NameSource.Ntlm, "CORP\\alice"u8, true, [], Now + (round * Hour));
            Save(_book);
        }

        Assert.Equal((1 + AddressNames.MostOfSource, 50), (Rows("names"), Rows("name_users")));
        _book.Forget(Now * 2, Now * 2);
        Save(_book);
        Assert.Equal((0, 0), (Rows("names"), Rows("name_users")));
    }

    [Fact]
    public void A_damaged_row_is_left_out_and_named_and_the_others_are_read()
    {
        Tell(_book);
        _book.Learn(Server, NameSource.Dns, "fs-02.corp.example"u8, Now);
        Save(_book);
        _store.DamageRow("names", "name = 'x'", "name = 'fs-02.corp.example'");
        _store.DamageRow("name_users", "user = 'x'", "user = 'CORP\\alice'");

        var book = Restarted();

        Assert.Null(book.Find(Server, Now));
        Assert.NotNull(book.Find(Host, Now));
        Assert.Equal("CORP\\bob", Assert.Single(book.UsersOf(Host, null, 0, Now * 2)).User);
        Assert.Equal((1, 1), (_store.State.DamagedRows.Of(StateTables.Names), _store.State.DamagedRows.Of(StateTables.NameUsers)));
    }

    [Theory]
    [InlineData("name = '<script>'")]
    [InlineData("name = char(27) || '[31m'")]
    [InlineData("source = 99")]
    [InlineData("source = 0")]
    [InlineData("first_ms = last_ms + 1")]
    [InlineData("address = x'00'")]
    [InlineData("fresh = 7")]
    public void A_row_that_can_be_no_name_is_no_name_whoever_wrote_it(string change)
    {
        Tell(_book);
        Save(_book);
        _store.State.Commit(connection =>
        {
            Database.Execute(connection, $"UPDATE names SET {change}");
            return true;
        });

        Assert.Equal(0, Restarted().Count);
        Assert.Equal(1, _store.State.DamagedRows.Of(StateTables.Names));
    }

    [Fact]
    public void What_could_not_be_written_is_written_the_next_time()
    {
        Tell(_book);
        var batch = _book.Changes.Take(alsoSeen: false)!;
        Assert.Null(_book.Changes.Take(alsoSeen: false));

        _book.Changes.Return(batch);
        Save(_book);

        Assert.Equal(1, Restarted().Count);
    }

    [Fact]
    public void After_more_than_can_wait_for_the_disk_the_store_is_written_anew_as_a_whole()
    {
        var book = new NameBook(new NameOptions { MaxNames = 1_000 });
        Tell(book);
        Save(book);
        for (var host = 0; host < 100_000; host++)
            book.Learn(HostAddress.FromIPv4(0x0A40_0000 + (uint)host), NameSource.Ntlm, "pc"u8, Now + host);

        var batch = book.Changes.Take(alsoSeen: true)!;
        Assert.True(batch.IsAll);
        new NameRows(_store.State).Save(book, batch, static () => { });
        Save(book);

        Assert.Equal(1_000, Rows("names"));
        Assert.Equal(book.Count, Restarted().Count);
    }

    private static void Tell(NameBook book)
    {
        book.LearnLease(Host, 7, "PC-0412"u8, Now, Now + (8 * Hour), isFresh: true);
        book.LearnUser(Host, Server, NameSource.Ntlm, "CORP\\alice"u8, true, [], Now);
        book.LearnUser(Host, Server, NameSource.Kerberos, "CORP\\bob"u8, null, "fs-02"u8, Now);
    }

    private void Save(NameBook book)
    {
        if (book.Changes.Take(alsoSeen: true) is { } batch) new NameRows(_store.State).Save(book, batch, static () => { });
    }

    private NameBook Restarted()
    {
        var (book, rows) = (new NameBook(new NameOptions()), new NameRows(_store.State));
        book.Restore(rows.LoadNames(), rows.LoadLogons());
        return book;
    }

    private long Rows(string table) =>
        _store.State.Read(connection => Database.Ask(connection, $"SELECT COUNT(*) FROM {table}"));
}
