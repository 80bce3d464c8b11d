namespace RpcCollector.Http.Access;

/// <summary>
/// Lets as many requests of the API read the store at once as there are cores, so that a flood of them leaves time for the figures, the
/// health and the stream, which do not wait here.
/// </summary>
/// <remarks>
/// A body is taken before, and an answer sent after a request has its turn: a slow client occupies nothing but its own connection.
/// </remarks>
internal sealed class ApiQueue : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly RequestSlots _slots = new(Running, Patience);
    private readonly AccessGauges _gauges;

    public ApiQueue(AccessGauges gauges)
    {
        _gauges = gauges;

        // Reading the store blocks a thread: the others are there at once, and not after the half second that the pool thinks about it.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, Running + 4), completions);
    }

    private static int Running => Math.Max(2, Environment.ProcessorCount);

    public async Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Unqueued>() is not null)
        {
            await next(context);
            return;
        }

        // Whoever sends a body slowly, or takes an answer slowly, has an idle connection for that long.
        var connection = context.Features.Get<HttpConnection>();
        connection?.End();
        var isWhole = HttpMethods.IsGet(context.Request.Method) || await RequestBody.TakeAsync(context);
        connection?.Begin();
        if (!isWhole)
        {
            _gauges.CountRefused(HttpRefusal.SlowBody);
            context.Response.Headers.Connection = "close";
            await TypedResults.Problem(statusCode: StatusCodes.Status408RequestTimeout, title: "The body did not come in time.")
                .ExecuteAsync(context);
            return;
        }

        if (!await _slots.EnterAsync(Client.Of(context), context.RequestAborted))
        {
            await RefuseAsync(context, _gauges);
            return;
        }

        await AnswerAsync(context, next);
    }

    public void Dispose() => _slots.Dispose();

    /// <summary>There is too much to do.</summary>
    public static Task RefuseAsync(HttpContext context, AccessGauges gauges)
    {
        gauges.CountRefused(HttpRefusal.Busy);
        context.Response.Headers.RetryAfter = "1";
        return TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: "Too many requests wait; try again.")
            .ExecuteAsync(context);
    }

    private async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        var answer = context.Response.Body;
        using var written = new MemoryStream();
        try
        {
            context.Response.Body = written;
            await next(context);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
        finally
        {
            context.Response.Body = answer;
            _slots.Leave();
        }

        context.Features.Get<HttpConnection>()?.End();
        if (written.Length == 0) return;
        context.Response.ContentLength = written.Length;
        written.Position = 0;
        await written.CopyToAsync(answer, context.RequestAborted);
    }
}

/// <summary>Marks an endpoint that does not wait in the <see cref="ApiQueue"/>.</summary>
internal sealed class Unqueued
{
    public static readonly Unqueued Mark = new();
}
