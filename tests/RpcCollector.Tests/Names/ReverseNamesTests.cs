using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Tests.Transport;
using RpcCollector.Vitals;

namespace RpcCollector.Tests.Names;

public class ReverseNamesTests
{
    private static readonly HostAddress Host = HostAddress.Parse("10.20.1.15");

    private readonly List<IPAddress> _asked = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_address_is_asked_about_once_and_only_when_it_may_be()
    {
        var options = new NameOptions { ReverseDns = true };
        var book = new NameBook(options);
        using var reverse = Asking(options, book, (_, _) => Task.FromResult<string?>("pc-0412.corp.example"));
        await reverse.StartAsync(Stop);

        reverse.Want(HostAddress.Parse("192.0.2.7"));
        reverse.Want(HostAddress.Parse("10.20.1.15@site-a"));
        for (var again = 0; again < 5; again++) reverse.Want(Host);
        ListenerHops.Await(() => book.Count == 1);
        reverse.Want(Host);
        await reverse.StopAsync(Stop);

        Assert.Equal([IPAddress.Parse("10.20.1.15")], _asked);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Assert.Equal(("pc-0412.corp.example", NameSource.ReverseDns), (book.Find(Host, now)!.Name, book.Find(Host, now)!.Source));
    }

    [Fact]
    public async Task A_server_that_does_not_know_or_does_not_answer_or_lies_names_nothing()
    {
        var options = new NameOptions { ReverseDns = true };
        var book = new NameBook(options);
        using var reverse = Asking(options, book, (address, _) => address.GetAddressBytes()[3] switch
        {
            1 => throw new SocketException((int)SocketError.HostNotFound),
            2 => Task.FromException<string?>(new SocketException((int)SocketError.TryAgain)),
            3 => Task.FromResult<string?>("<script>alert(1)</script>"),
            4 => Task.FromResult<string?>("10.20.1.4"),
            _ => Task.FromResult<string?>("pc-5"),
        });
        await reverse.StartAsync(Stop);

        for (var host = 1; host <= 5; host++) reverse.Want(HostAddress.Parse($"10.20.1.{host}"));
        ListenerHops.Await(() => book.Counts.Asked == 5 && book.Count == 1);
        await reverse.StopAsync(Stop);

        Assert.Equal((2, 1), (book.Counts.Refused(NameSource.ReverseDns), book.Counts.Learned(NameSource.ReverseDns)));
    }

    [Fact]
    public async Task Nobody_is_asked_unless_the_settings_say_so()
    {
        var options = new NameOptions();
        var book = new NameBook(options);
        using var reverse = Asking(options, book, (_, _) => Task.FromResult<string?>("pc"));
        await reverse.StartAsync(Stop);
        reverse.Want(Host);
        await reverse.StopAsync(Stop);

        Assert.Empty(_asked);
        Assert.Equal(0, book.Counts.Asked);
    }

    private ReverseNames Asking(NameOptions options, NameBook book, Func<IPAddress, CancellationToken, Task<string?>> answer) =>
        new(
            options, book, new ArrivalClock(TimeProvider.System), TimeProvider.System, new Heartbeats(),
            new StopDeadline(NullLogger.Instance))
        {
            Ask = (address, stop) =>
            {
                _asked.Add(address);
                return answer(address, stop);
            },
        };
}
