using RpcCollector.Http.Access;

namespace RpcCollector.Http;

/// <summary>Lets one scrape of a registry at a time read and write: the next changes nothing of what is still being written.</summary>
/// <remarks>A scrape is written to memory first, so that no scraper, however slowly it takes its answer, holds up the others.</remarks>
internal sealed class ScrapeQueue(AccessGauges gauges) : IDisposable
{
    // As long as Prometheus waits by default.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly RequestSlots _turn = new(running: 1, Patience);
    private int _usualBytes = 16 * 1024;

    /// <param name="scrape">Reads the registry and writes it to the response.</param>
    public async Task ServeAsync(HttpContext context, RequestDelegate scrape)
    {
        context.Response.Headers.Vary = "Accept";
        context.Response.Headers.CacheControl = "no-store";
        var answer = context.Response.Body;
        using var written = new MemoryStream(_usualBytes);
        if (!await _turn.EnterAsync(Client.Of(context), context.RequestAborted))
        {
            await ApiQueue.RefuseAsync(context, gauges);
            return;
        }

        try
        {
            context.Response.Body = written;
            await scrape(context);
        }
        finally
        {
            context.Response.Body = answer;
            _turn.Leave();
        }

        // Whoever takes the answer slowly has an idle connection for that long.
        context.Features.Get<HttpConnection>()?.End();
        _usualBytes = (int)written.Length;
        context.Response.ContentLength = written.Length;
        written.Position = 0;
        await written.CopyToAsync(answer, context.RequestAborted);
    }

    public void Dispose() => _turn.Dispose();
}
