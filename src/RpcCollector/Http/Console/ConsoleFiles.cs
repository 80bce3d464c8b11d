using RpcCollector.Http.Access;

namespace RpcCollector.Http.Console;

/// <summary>
/// The console at /: the files that vite built of console/src, embedded in the program. It speaks only the public API, so whoever may not
/// use that sees nothing but the page to log in.
/// </summary>
internal static class ConsoleFiles
{
    private const string Prefix = "console/";
    private const string Index = "index.html";

    // No script, style or image but our own, nothing inline, no frames, no forms that leave the page.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public static void MapConsole(this IEndpointRouteBuilder endpoints)
    {
        var notice = endpoints.ServiceProvider.GetService<ConsoleNotice>()?.Text;
        foreach (var (name, file) in Read(notice))
        {
            Map(endpoints, "/" + name, file);
            if (string.Equals(name, Index, StringComparison.Ordinal)) Map(endpoints, "/", file);
        }
    }

    private static void Map(IEndpointRouteBuilder endpoints, string path, Lazy<ConsoleFile> file) =>
        endpoints.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)(context => SendAsync(context, file.Value)))
            .WithMetadata(Unqueued.Mark).ForAnyone().ExcludeFromDescription();

    private static Task SendAsync(HttpContext context, ConsoleFile file)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.ETag = file.Tag;
        response.Headers.Vary = "Accept-Encoding";

        // Kept by the browser, asked for again each time: after an upgrade the new console comes at once.
        response.Headers.CacheControl = "no-cache";
        if (request.Headers.IfNoneMatch.Contains(file.Tag, StringComparer.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        var isCompressed = file.Compressed is not null
            && request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        if (isCompressed) response.Headers.ContentEncoding = "br";
        var octets = isCompressed ? file.Compressed! : file.Plain;
        response.ContentType = file.ContentType;
        response.ContentLength = octets.Length;
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : response.Body.WriteAsync(octets).AsTask();
    }

    private static IEnumerable<(string Name, Lazy<ConsoleFile> File)> Read(string? notice)
    {
        var assembly = typeof(ConsoleFiles).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var name = resource[Prefix.Length..].Replace('\\', '/');
            yield return (name, new Lazy<ConsoleFile>(() =>
            {
                using var stream = assembly.GetManifestResourceStream(resource)!;
                var plain = new byte[stream.Length];
                stream.ReadExactly(plain);
                if (notice is not null && string.Equals(name, Index, StringComparison.Ordinal)) plain = ConsoleNotice.Put(notice, plain);
                return ConsoleFile.Of(name, plain);
            }));
        }
    }
}
