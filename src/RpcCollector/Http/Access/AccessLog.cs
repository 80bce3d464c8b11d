using System.Net;

namespace RpcCollector.Http.Access;

/// <summary>Says in the log that requests are refused: one line a minute for each reason, whatever somebody sends.</summary>
internal sealed partial class AccessLog(ILogger<AccessLog> logger, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly long?[] _said = new long?[Enum.GetValues<HttpRefusal>().Length];

    /// <param name="why">What the client was told; of what it sent, it holds nothing but a host that could be read.</param>
    public void Refused(HttpRefusal reason, IPAddress? client, string why)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_said[(int)reason] is { } last && time.GetElapsedTime(last, now) < Pause) return;
            _said[(int)reason] = now;
        }

        RefusedOne(logger, client, why);
    }

    [LoggerMessage(
        7001, LogLevel.Warning,
        "A request of {Client} was refused: {Why} Further ones are only counted for a minute (rpc_collector_http_refused_total).")]
    private static partial void RefusedOne(ILogger logger, IPAddress? client, string why);
}
