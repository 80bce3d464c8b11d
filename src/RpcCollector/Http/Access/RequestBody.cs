namespace RpcCollector.Http.Access;

/// <summary>Takes a request's body whole, before anything is done for it: whoever sends it slowly holds up nobody else.</summary>
internal static class RequestBody
{
    // No body of ours is longer, but of routes that say so; one more octet shows that this one is.
    private static readonly BodyLimit Usual = new(16 * 1024);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How long the body of a request may be.</summary>
    public static int MaxBytes(HttpContext context) => (context.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>() ?? Usual).Bytes;

    /// <returns>False when it did not come in time.</returns>
    /// <exception cref="BadHttpRequestException">It is no HTTP.</exception>
    public static async Task<bool> TakeAsync(HttpContext context)
    {
        var request = context.Request;
        var body = new byte[MaxBytes(context) + 1];
        var length = 0;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(Patience);
        try
        {
            for (int more;
                length < body.Length && (more = await request.Body.ReadAsync(body.AsMemory(length), patience.Token)) > 0;) length += more;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return false;
        }

        request.Body = new MemoryStream(body, 0, length, writable: false);
        return true;
    }
}

/// <summary>How long a body may be that a route takes.</summary>
internal sealed record BodyLimit(int Bytes);
