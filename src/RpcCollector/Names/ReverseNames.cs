using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Vitals;

namespace RpcCollector.Names;

/// <summary>Asks the DNS servers of this machine what addresses of findings are called: few at a time, each once in a while.</summary>
/// <remarks>
/// Who wants a name leaves the address here and goes on; the name is there the next time. Off unless the settings say otherwise:
/// whoever runs those servers sees which hosts are looked at.
/// </remarks>
internal sealed class ReverseNames(
    NameOptions options, NameBook book, ArrivalClock clock, TimeProvider time, Heartbeats heartbeats, StopDeadline stop)
    : BackgroundService
{
    private const string Name = "reverse names";
    private const int MostWaiting = 256;
    private const int MostRemembered = 16_384;

    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // An answer, and that there is none, hold for so long.
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromHours(6);

    private readonly Heartbeat _heartbeat = heartbeats.Add(new Heartbeat(Part.ReverseNames, Name, Heartbeat.OfWriter));
    private readonly Channel<HostAddress> _wanted = Channel.CreateBounded<HostAddress>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Lock _lock = new();
    private readonly Dictionary<HostAddress, long> _asked = [];

    /// <summary>How an address is asked about; for tests.</summary>
    internal Func<IPAddress, CancellationToken, Task<string?>> Ask { get; init; } = AskSystemAsync;

    /// <summary>An address of a finding has no name: it is asked about soon, if it may be.</summary>
    public void Want(HostAddress address)
    {
        // The servers of this machine know the hosts of no other site.
        if (!options.ReverseDns || !book.IsCovered(address) || address.IsOfSite) return;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_asked.TryGetValue(address, out var before) && time.GetElapsedTime(before, now) < AskAgainAfter) return;
            if (_asked.Count >= MostRemembered) _asked.Clear();
            if (_wanted.Writer.TryWrite(address)) _asked[address] = now;
        }
    }

    public override Task StopAsync(CancellationToken cancellationToken) =>
        stop.EndAsync(Name, StopDeadline.Writers, base.StopAsync, () => ExecuteTask);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => !options.ReverseDns ? Task.CompletedTask
        : _heartbeat.RunAsync(() => AnswerAsync(stoppingToken), stoppingToken);

    private async Task AnswerAsync(CancellationToken stoppingToken)
    {
        while (await _heartbeat.DelayAsync(BetweenQuestions, time, stoppingToken))
        {
            if (!_wanted.Reader.TryRead(out var address)) continue;
            book.Counts.Ask();
            _heartbeat.Doing = "asking a DNS server";
            if (await AnswerOfAsync(address, stoppingToken) is { } name)
                book.Learn(address, NameSource.ReverseDns, Encoding.UTF8.GetBytes(name), clock.UnixMilliseconds);
            _heartbeat.Doing = null;
        }
    }

    private async Task<string?> AnswerOfAsync(HostAddress address, CancellationToken stoppingToken)
    {
        try
        {
            // What the system does not give up in time is left to itself.
            return await Ask(address.ToIPAddress(), stoppingToken).WaitAsync(Patience, time, stoppingToken);
        }
        catch (TimeoutException)
        {
            book.Counts.MissAnswer();
            return null;
        }
        catch (SocketException)
        {
            // It has no name, or nobody can be asked.
            return null;
        }
    }

    private static async Task<string?> AskSystemAsync(IPAddress address, CancellationToken cancellationToken) =>
        (await Dns.GetHostEntryAsync(address.ToString(), cancellationToken)).HostName;
}
