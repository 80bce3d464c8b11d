using System.Text;
using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Options;

namespace RpcCollector.Tests.Names;

public class NameBookTests
{
    private const long Now = 1_800_000_000_000;
    private const long Hour = 3_600_000;
    private const long Day = 24 * Hour;
    private const long LeaseTime = 8 * Hour;

    private static readonly HostAddress Host = HostAddress.Parse("10.20.1.15");
    private static readonly HostAddress Server = HostAddress.Parse("10.20.0.20");

    private readonly NameBook _book = new(new NameOptions { MaxNames = 1_000 });

    [Fact]
    public void A_host_is_shown_by_name_with_its_address_and_without_a_name_by_its_address()
    {
        Learn(NameSource.Dns, "pc-0412.corp.example", Now);

        Assert.Equal("pc-0412.corp.example (10.20.1.15)", Shown.Of(_book, Host, Now));
        Assert.Equal("10.20.0.20", Shown.Of(_book, Server, Now));
    }

    [Fact]
    public void A_better_source_outranks_the_others_however_often_these_say_something_else()
    {
        Lease("PC-0412", 1, Now);
        foreach (var source in (NameSource[])[NameSource.Dns, NameSource.Ntlm, NameSource.Kerberos, NameSource.Smb, NameSource.ReverseDns])
        {
            for (var hour = -24; hour <= 24; hour++) Learn(source, "dc-01.corp.example", Now + (hour * Hour));
        }

        Assert.Equal(("PC-0412", NameSource.Dhcp, Now), Named(Now + Hour));
        Assert.Equal(("PC-0412", NameSource.Dhcp, Now), Named(Now + (3 * Day)));
    }

    [Fact]
    public void The_order_of_sources_is_dns_ntlm_kerberos_smb_reverse_dns()
    {
        NameSource[] worstFirst = [NameSource.ReverseDns, NameSource.Smb, NameSource.Kerberos, NameSource.Ntlm, NameSource.Dns];
        foreach (var source in worstFirst)
        {
            Learn(source, $"by-{source}", Now);
            Assert.Equal((source, $"by-{source}"), (_book.Find(Host, Now)!.Source, _book.Find(Host, Now)!.Name));
        }
    }

    [Fact]
    public void Of_two_names_in_DNS_the_longest_standing_is_the_one()
    {
        Learn(NameSource.Dns, "fs-02.corp.example", Now - Day);
        Learn(NameSource.Dns, "fs-02.corp.example", Now);
        Learn(NameSource.Dns, "administrator-pc.corp.example", Now + Hour);
        Learn(NameSource.Dns, "fs-02.corp.example", Now + (2 * Hour));

        Assert.Equal("fs-02.corp.example", _book.Find(Host, Now + Hour)!.Name);
        Assert.Equal("fs-02.corp.example", _book.Find(Host, Now + (3 * Hour))!.Name);
    }

    [Fact]
    public void A_domain_is_no_name_of_its_controller_where_DNS_has_a_better_one()
    {
        Learn(NameSource.Dns, "corp.example", Now - Day);
        Learn(NameSource.Dns, "dc-01.corp.example", Now);

        Assert.Equal("dc-01.corp.example", _book.Find(Host, Now)!.Name);
    }

    [Fact]
    public void An_address_that_changed_hands_is_called_what_it_was_called_then()
    {
        Lease("PC-0001", 1, Now);
        Lease("PC-0001", 1, Now + (4 * Hour));
        Lease("PC-0002", 2, Now + Day, isFresh: true);
        Lease("PC-0001", 1, Now + (2 * Day), isFresh: true);

        Assert.Equal("PC-0001", _book.Find(Host, Now + Hour)!.Name);
        Assert.Equal("PC-0001", _book.Find(Host, Now + Day - 1)!.Name);
        Assert.Equal("PC-0002", _book.Find(Host, Now + Day)!.Name);
        Assert.Equal("PC-0002", _book.Find(Host, Now + (2 * Day) - 1)!.Name);
        Assert.Equal("PC-0001", _book.Find(Host, Now + (3 * Day))!.Name);
        Assert.Equal(3, _book.History(Host).Count);
    }

    [Fact]
    public void The_names_of_a_time_do_not_depend_on_the_order_in_which_they_were_told()
    {
        (string Name, ulong Machine, long At)[] leases =
        [
            ("A", 1, 0), ("A", 1, 4), ("B", 2, 8), ("B", 2, 12), ("A", 1, 16), ("C", 3, 20), ("C", 3, 24),
        ];
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            random.Shuffle(leases);
            var book = new NameBook(new NameOptions());
            foreach (var (name, machine, hour) in leases) Lease(book, $"PC-{name}", machine, Now + (hour * Hour));

            // At the times of which something was told.
            var found = string.Concat(Enumerable.Range(0, 7).Select(step => book.Find(Host, Now + (step * 4 * Hour))!.Name[^1]));
            Assert.Equal(("AABBACC", string.Join(' ', leases)), (found, string.Join(' ', leases)));
        }
    }

    [Fact]
    public void The_next_machine_does_not_inherit_the_name_of_the_last_when_it_gives_none()
    {
        Learn(NameSource.Dns, "pc-0001.corp.example", Now - Hour);
        Lease("PC-0001", 1, Now);
        Lease("", 2, Now + Day, isFresh: true);

        Assert.Equal("PC-0001", _book.Find(Host, Now + Hour)!.Name);
        Assert.Null(_book.Find(Host, Now + Day + Hour));

        Learn(NameSource.Ntlm, "PC-0002", Now + Day + (2 * Hour));
        Assert.Equal("PC-0002", _book.Find(Host, Now + Day + Hour)!.Name);
        Assert.Equal("PC-0001", _book.Find(Host, Now + Hour)!.Name);
    }

    [Fact]
    public void A_renewal_that_does_not_repeat_the_name_keeps_it()
    {
        Lease("PC-0412", 1, Now);
        for (var renewal = 1; renewal < 30; renewal++) Lease("", 1, Now + (renewal * 4 * Hour));

        Assert.Equal(("PC-0412", NameSource.Dhcp, Now), Named(Now + (5 * Day)));
        Assert.Single(_book.History(Host));
    }

    [Fact]
    public void A_name_holds_a_day_before_it_was_told_and_a_week_after_and_no_longer()
    {
        Learn(NameSource.Dns, "pc-0412", Now);

        Assert.Null(_book.Find(Host, Now - Day - 1));
        Assert.NotNull(_book.Find(Host, Now - Day));
        Assert.NotNull(_book.Find(Host, Now + (7 * Day)));
        Assert.Null(_book.Find(Host, Now + (7 * Day) + 1));
    }

    [Fact]
    public void A_lease_that_was_just_looked_for_says_nothing_of_the_time_before()
    {
        Lease("PC-0412", 1, Now, isFresh: true);

        Assert.Null(_book.Find(Host, Now - 1));
        Assert.NotNull(_book.Find(Host, Now));
    }

    [Theory]
    [InlineData("10.20.1.15", true)]
    [InlineData("172.31.0.1", true)]
    [InlineData("192.168.7.7", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("fd00::7", true)]
    [InlineData("fe80::7", true)]
    [InlineData("203.0.113.7", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.0.2.7", false)]
    [InlineData("2001:db8::7", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    public void DNS_may_name_private_addresses_and_those_of_the_setting(string address, bool isCovered) =>
        Assert.Equal(isCovered, new NameBook(new NameOptions { Prefixes = ["203.0.113.0/24"] }).IsCovered(HostAddress.Parse(address)));

    [Fact]
    public void A_flood_of_forged_addresses_makes_room_for_itself_and_what_stood_stays()
    {
        foreach (var at in (long[])[Now, Now + Hour])
        {
            for (var host = 0; host < 500; host++) Lease(_book, $"PC-{host:0000}", (ulong)host + 1, at, Address(host));
        }

        for (var host = 0; host < 50_000; host++) Lease(_book, $"EVIL-{host}", 77, Now + Hour + 1, Address(100_000 + host));

        Assert.Equal(1_000, _book.Count);
        for (var host = 0; host < 500; host++) Assert.Equal($"PC-{host:0000}", _book.Find(Address(host), Now + Hour)?.Name);
        Assert.Equal(49_500, _book.Counts.Evicted);
    }

    [Fact]
    public void A_flood_of_names_of_one_address_leaves_the_one_that_stood()
    {
        Learn(NameSource.Dns, "fs-02.corp.example", Now - Day);
        Learn(NameSource.Dns, "fs-02.corp.example", Now);
        for (var forged = 0; forged < 10_000; forged++) Learn(NameSource.Dns, $"evil-{forged}.example", Now + forged);

        Assert.Equal("fs-02.corp.example", _book.Find(Host, Now + Hour)!.Name);
        Assert.InRange(_book.History(Host).Count, 1, AddressNames.MostOfSource);
    }

    [Fact]
    public void Users_are_told_for_a_pair_and_for_a_client_the_latest_first()
    {
        LogOn("CORP\\alice", Now);
        LogOn("CORP\\bob", Now + Hour, succeeded: false);
        LogOn("CORP\\alice", Now + (2 * Hour), server: HostAddress.Parse("10.20.0.30"));

        Assert.Equal(
            [("CORP\\bob", (bool?)false), ("CORP\\alice", true)],
            _book.UsersOf(Host, Server, Now - Hour, Now + Day).Select(user => (user.User, user.Succeeded)));
        Assert.Equal(3, _book.UsersOf(Host, server: null, Now - Hour, Now + Day).Count);
        Assert.Equal("CORP\\alice", Assert.Single(_book.UsersOf(Host, Server, Now - Hour, Now + 1)).User);
        Assert.Empty(_book.UsersOf(Server, Host, Now - Hour, Now + Day));
        Assert.Empty(_book.UsersOf(Host, Server, Now + Day, Now + (2 * Day)));
    }

    [Fact]
    public void A_ticket_for_a_server_counts_as_a_logon_to_it()
    {
        var controller = HostAddress.Parse("10.20.0.10");
        Learn(NameSource.Dns, "FS-02.corp.example", Now, Server);
        _book.LearnUser(Host, controller, NameSource.Kerberos, "alice@CORP.EXAMPLE"u8, true, "fs-02.corp.example"u8, Now);

        var user = Assert.Single(_book.UsersOf(Host, Server, Now - Hour, Now + Hour));
        Assert.Equal(("alice@CORP.EXAMPLE", controller, "fs-02.corp.example"), (user.User, user.Server, user.Target));
        Assert.Empty(_book.UsersOf(Host, HostAddress.Parse("10.20.0.30"), Now - Hour, Now + Hour));
    }

    [Fact]
    public void A_flood_of_logons_stays_within_bounds()
    {
        for (var user = 0; user < 20_000; user++) LogOn($"CORP\\u{user}", Now + user);
        Assert.InRange(_book.NumLogons, 1, 128);

        for (var client = 0; client < 20_000; client++)
            _book.LearnUser(Address(client), Server, NameSource.Ntlm, "CORP\\eve"u8, true, [], Now + client);
        Assert.InRange(_book.NumLogons, 1, 4_000);
    }

    [Fact]
    public void What_is_old_or_of_a_time_that_no_clock_has_reached_is_forgotten()
    {
        Learn(NameSource.Dns, "old", Now - (40 * Day));
        Learn(NameSource.Dns, "future", Now + (400 * Day), Server);
        LogOn("CORP\\alice", Now - (40 * Day));

        _book.Forget(Now - (30 * Day), Now + Day);

        Assert.Equal((0, 0), (_book.Count, _book.NumLogons));
        Assert.Null(_book.Find(Host, Now - (40 * Day)));
    }

    [Fact]
    public async Task Who_asks_while_names_are_told_reads_what_was_finished()
    {
        using var stop = new CancellationTokenSource();
        var asking = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    if (_book.Find(Host, Now + Day) is { } name) Assert.StartsWith("pc-", name.Name);
                    _book.UsersOf(Host, null, 0, Now + Day);
                    _ = _book.History(Host).Count;
                }
            }, TestContext.Current.CancellationToken);

        for (var round = 0; round < 20_000; round++)
        {
            Learn(NameSource.Dns, $"pc-{round % 9}", Now + (round * 10_000));
            LogOn($"CORP\\u{round % 200}", Now + (round * 10_000));
        }

        await stop.CancelAsync();
        await asking;
    }

    private static HostAddress Address(int number) => HostAddress.FromIPv4(0x0A40_0000 + (uint)number);

    private (string, NameSource, long) Named(long at) =>
        _book.Find(Host, at) is { } name ? (name.Name, name.Source, name.SinceUnixMilliseconds) : default;

    private void Learn(NameSource source, string name, long at, HostAddress? address = null) =>
        _book.Learn(address ?? Host, source, Encoding.UTF8.GetBytes(name), at);

    private void Lease(string name, ulong machine, long at, bool isFresh = false) => Lease(_book, name, machine, at, isFresh: isFresh);

    private static void Lease(NameBook book, string name, ulong machine, long at, HostAddress? address = null, bool isFresh = false) =>
        book.LearnLease(address ?? Host, machine, Encoding.UTF8.GetBytes(name), at, at + LeaseTime, isFresh);

    private void LogOn(string user, long at, bool? succeeded = true, HostAddress? server = null) =>
        _book.LearnUser(Host, server ?? Server, NameSource.Ntlm, Encoding.UTF8.GetBytes(user), succeeded, [], at);
}
