using System.Diagnostics;

namespace RpcCollector.Http.Access;

/// <summary>Counts what the server refuses before anybody else sees it: no HTTP, no Host or two of them, too long, too slow.</summary>
internal sealed class BadRequests(AccessGauges gauges) : IObserver<KeyValuePair<string, object?>>
{
    // Kestrel has no other way to tell of it.
    private const string Event = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    public static void Count(IServiceProvider services) =>
        services.GetService<DiagnosticListener>()?.Subscribe(
            new BadRequests(services.GetRequiredService<AccessGauges>()), static name => name.Equals(Event, StringComparison.Ordinal));

    public void OnNext(KeyValuePair<string, object?> value) => gauges.CountRefused(HttpRefusal.Malformed);

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }
}
