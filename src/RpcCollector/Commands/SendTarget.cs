using System.CommandLine;
using System.Net;
using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary>The collector to send to: the options <c>--to</c> and <c>--allow-remote</c>.</summary>
internal sealed class SendTarget
{
    private readonly Option<string> _to = new("--to")
    {
        Description = "Where to send: address:port or [address]:port.",
        DefaultValueFactory = _ => "127.0.0.1:2055",
    };

    private readonly Option<bool> _allowRemote = new("--allow-remote") { Description = "Allow an address outside this host." };

    public void AddTo(Command command)
    {
        command.Add(_to);
        command.Add(_allowRemote);
    }

    /// <exception cref="StartupException">It is no endpoint, or one of another host that was not allowed.</exception>
    public IPEndPoint Read(ParseResult parsed)
    {
        var text = parsed.GetValue(_to)!;
        if (text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase)) text = $"127.0.0.1:{text["localhost:".Length..]}";
        if (!ListenEndpoint.TryParse(text, out var endpoint) || endpoint is not { Address: { } address, Port: > 0 })
            throw new StartupException($"{_to.Name}: '{text}' is not an endpoint; write address:port or [address]:port");
        if (!IPAddress.IsLoopback(address) && !parsed.GetValue(_allowRemote))
            throw new StartupException($"{_to.Name}: {address} is not a loopback address; add {_allowRemote.Name} to send to another host");
        return new IPEndPoint(address, endpoint.Port);
    }

    /// <summary>What to tell when the target's host has said that nobody listens there.</summary>
    public static string NobodyListens(IPEndPoint target, long refused) =>
        $"Nobody listens on UDP {target}: {refused:N0} datagrams were refused.";
}
