namespace RpcCollector.Http;

/// <summary>Lets one scrape of a registry at a time read and write: the next changes nothing of what is still being written.</summary>
/// <remarks>A scrape is written to memory first, so that no scraper, however slowly it takes its answer, holds up the others.</remarks>
internal sealed class ScrapeQueue : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _usualBytes = 16 * 1024;

    /// <param name="scrape">Reads the registry and writes it to the response.</param>
    public async Task ServeAsync(HttpContext context, RequestDelegate scrape)
    {
        context.Response.Headers.Vary = "Accept";
        context.Response.Headers.CacheControl = "no-store";
        var answer = context.Response.Body;
        using var written = new MemoryStream(_usualBytes);
        await _turn.WaitAsync(context.RequestAborted);
        try
        {
            context.Response.Body = written;
            await scrape(context);
        }
        finally
        {
            context.Response.Body = answer;
            _turn.Release();
        }

        _usualBytes = (int)written.Length;
        context.Response.ContentLength = written.Length;
        written.Position = 0;
        await written.CopyToAsync(answer, context.RequestAborted);
    }

    public void Dispose() => _turn.Dispose();
}
