using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Store;

namespace RpcCollector.Tests.Store;

public sealed class ToldRoleStoreTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void What_was_told_last_of_a_host_or_a_network_is_kept_in_order_of_address()
    {
        using (var state = _temporary.OpenState())
        {
            var store = new ToldRoleStore(state);
            foreach (var told in (ToldRole[])[Of("10.0.0.9", HostRole.Server), Of("10.0.0.0/8", HostRole.Workstation),
                Of("2001:db8::/32", HostRole.Unknown), Of("10.0.0.9", HostRole.Scanner, "Bob")])
                Assert.True(store.Tell(told, "192.0.2.1"));
        }

        using var again = _temporary.OpenState();
        var known = new ToldRoleStore(again);
        Assert.Equal(
            [Of("10.0.0.0/8", HostRole.Workstation), Of("10.0.0.9", HostRole.Scanner, "Bob"), Of("2001:db8::/32", HostRole.Unknown)],
            known.Read());
        Assert.Equal(Of("10.0.0.9", HostRole.Scanner, "Bob"), known.Withdraw(Prefix("10.0.0.9")));
        Assert.Null(known.Withdraw(Prefix("10.0.0.9")));
        Assert.Equal(2, known.Read().Count);
    }

    [Fact]
    public void Row_that_is_damaged_is_left_out_and_counted_and_may_be_told_anew()
    {
        using var state = _temporary.OpenState();
        var store = new ToldRoleStore(state);
        Assert.True(store.Tell(Of("10.0.0.8", HostRole.Server), from: null));
        Assert.True(store.Tell(Of("10.0.0.9", HostRole.Server), from: null));
        _temporary.DamageRow("told_roles", "role = 5", "hosts = '10.0.0.9'");

        Assert.Equal([Of("10.0.0.8", HostRole.Server)], store.Read());

        Assert.True(store.Tell(Of("10.0.0.9", HostRole.Scanner), from: null));
        Assert.Equal([Of("10.0.0.8", HostRole.Server), Of("10.0.0.9", HostRole.Scanner)], store.Read());
    }

    private static AddressPrefix Prefix(string text) => AddressPrefix.TryParse(text, out var prefix) ? prefix : throw new FormatException();

    private static ToldRole Of(string hosts, HostRole role, string who = "Ada") =>
        new(Prefix(hosts), role, who, "a test", 1_767_225_600_000);
}
