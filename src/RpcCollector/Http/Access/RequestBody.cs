namespace RpcCollector.Http.Access;

/// <summary>Takes a request's body whole, before anything is done for it: whoever sends it slowly holds up nobody else.</summary>
internal static class RequestBody
{
    /// <summary>No body of ours is longer; one more octet shows that this one is.</summary>
    public const int MaxBytes = 16 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>False when it did not come in time.</returns>
    /// <exception cref="BadHttpRequestException">It is no HTTP.</exception>
    public static async Task<bool> TakeAsync(HttpContext context)
    {
        var request = context.Request;
        var body = new byte[MaxBytes + 1];
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
