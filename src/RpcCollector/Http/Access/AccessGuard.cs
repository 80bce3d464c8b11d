using RpcCollector.Accounts;
using RpcCollector.Options;

namespace RpcCollector.Http.Access;

/// <summary>Decides of every request, whatever its method and path, whether it is answered.</summary>
internal sealed class AccessGuard(HttpOptions options, AccessGauges gauges, AccessLog log)
{
    private const string Advice = "Nobody asks who is behind it: only Http:AllowAnonymous=true lets everybody in.";

    private readonly ServedHosts _hosts = new(options);

    public async Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        Harden(context.Response);
        var connection = context.Features.Get<HttpConnection>();
        connection?.Begin();
        try
        {
            if (FindReason(context) is not { } refused)
            {
                context.Features.Set(
                    new Person(Name: null, AccessRole.Admin, options.AllowAnonymous ? AccessMeans.Anonymous : AccessMeans.Loopback));
                await next(context);
                return;
            }

            gauges.CountRefused(refused.Reason);
            log.Refused(refused.Reason, context.Connection.RemoteIpAddress, refused.Why);
            await TypedResults.Problem(statusCode: refused.Status, title: refused.Why).ExecuteAsync(context);
        }
        finally
        {
            connection?.End();
        }
    }

    private (HttpRefusal Reason, int Status, string Why)? FindReason(HttpContext context)
    {
        var request = context.Request;

        // 1. Meant for us?
        if (request.Headers.Host is not [{ } text] || !Authority.TryParse(text, out var host))
            return (HttpRefusal.BadHost, StatusCodes.Status400BadRequest, "The request must say in one Host header which host it is for.");
        if (!_hosts.Knows(host, context.Connection.LocalIpAddress))
        {
            return (
                HttpRefusal.ForeignHost, StatusCodes.Status421MisdirectedRequest,
                $"This is not '{host}'. Names by which the sensor is reached belong into the setting Http:Hosts.");
        }

        // 2. From a page of ours, or from none?
        if (IsForeign(request, host))
        {
            return (
                HttpRefusal.ForeignOrigin, StatusCodes.Status403Forbidden,
                $"Pages of other origins may not ask '{host}'. Behind a proxy that ends TLS, https://NAME belongs into Http:Hosts.");
        }

        // 3. From this machine, or allowed to come from elsewhere?
        if (options.AllowAnonymous) return null;
        var caller = Caller.Of(context);
        if (!caller.IsLocal)
        {
            var how = caller.ProxyHeader is { } header ? $"came through a proxy ({header})" : "came from another machine";
            return (HttpRefusal.NotLocal, StatusCodes.Status403Forbidden, $"The request {how}. {Advice}");
        }

        // nginx asks like this unless told otherwise, and then says nothing of itself.
        if (IsWrite(request) && HttpProtocol.IsHttp10(request.Protocol))
            return (HttpRefusal.NotLocal, StatusCodes.Status403Forbidden, $"What speaks HTTP/1.0 may be a proxy. {Advice}");
        return null;
    }

    private bool IsForeign(HttpRequest request, in Authority host)
    {
        var origin = request.Headers.Origin;
        if (origin.Count > 1 || (origin is [{ } stated] && !_hosts.IsOwnOrigin(stated, host))) return true;

        // Fetch Metadata: browsers say where a request comes from even if they send no Origin. Following a link is harmless.
        return request.Headers["Sec-Fetch-Site"] is [{ } site]
            && (site.Equals("cross-site", StringComparison.OrdinalIgnoreCase)
                || site.Equals("same-site", StringComparison.OrdinalIgnoreCase))
            && !IsFollowedLink(request);
    }

    private static bool IsFollowedLink(HttpRequest request) =>
        !IsWrite(request)
        && request.Headers["Sec-Fetch-Mode"] is ["navigate"]
        && request.Headers["Sec-Fetch-Dest"] is ["document"];

    private static bool IsWrite(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method));

    /// <summary>Pages of others may neither frame an answer, nor load it, nor take it for a script.</summary>
    private static void Harden(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.XFrameOptions = "DENY";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
