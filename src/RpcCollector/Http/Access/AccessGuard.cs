using RpcCollector.Accounts;
using RpcCollector.Naming;
using RpcCollector.Options;
using RpcCollector.Vitals;

namespace RpcCollector.Http.Access;

/// <summary>Decides of every request, whatever its method and path, whether it is answered.</summary>
internal sealed class AccessGuard(
    HttpOptions options, Recognition recognition, AccessGauges gauges, AccessLog log, JudgeStanding standing)
{
    // A year.
    private const string StrictTransport = "max-age=31536000";

    private readonly ServedHosts _hosts = new(options);

    public async Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        Harden(context);
        var connection = context.Features.Get<HttpConnection>();
        connection?.Begin();
        try
        {
            if (FindReason(context) is not { } refused)
            {
                await next(context);
                return;
            }

            gauges.CountRefused(refused.Reason);
            log.Refused(refused.Reason, Caller.Of(context).Address, refused.Why);

            // RFC 9110, 11.6.1. Browsers ask nobody for such a token.
            if (refused.Status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
            await TypedResults.Problem(statusCode: refused.Status, title: refused.Why).ExecuteAsync(context);
        }
        finally
        {
            connection?.End();
        }
    }

    private Refusal? FindReason(HttpContext context)
    {
        var request = context.Request;

        // 1. Meant for us?
        if (request.Headers.Host is not [{ } text] || !Authority.TryParse(text, out var host))
            return new(
                HttpRefusal.BadHost, StatusCodes.Status400BadRequest, "The request must say in one Host header which host it is for.");
        if (!_hosts.Knows(host, context.Connection.LocalIpAddress))
        {
            return new(
                HttpRefusal.ForeignHost, StatusCodes.Status421MisdirectedRequest,
                $"This is not '{host}'. Names by which the sensor is reached belong into the setting Http:Hosts.");
        }

        // 2. From a page of ours, or from none?
        if (IsForeign(request, host))
        {
            return new(
                HttpRefusal.ForeignOrigin, StatusCodes.Status403Forbidden,
                $"Pages of other origins may not ask '{host}'. Behind a proxy that ends TLS, https://NAME belongs into Http:Hosts.");
        }

        // 3. From whom?
        var caller = recognition.CallerOf(context, _hosts.IsSecure(host));
        context.Features.Set(caller);
        var (person, refusal) = recognition.Recognise(context, caller);
        context.Features.Set(person);
        if (refusal is not null) return refusal;

        // nginx asks like this unless told otherwise, and then says nothing of itself.
        if (person.Means == AccessMeans.Loopback && IsWrite(request) && HttpProtocol.IsHttp10(request.Protocol))
        {
            return new(
                HttpRefusal.NotLocal, StatusCodes.Status403Forbidden,
                "What speaks HTTP/1.0 may be a proxy, and nobody asked who is behind it: only Http:AllowAnonymous=true lets everybody in.");
        }

        // 4. May they?
        return FindReason(context, caller, person);
    }

    private Refusal? FindReason(HttpContext context, Caller caller, Person person)
    {
        // What leads nowhere, or there by another method, is told only to who may ask at all: others learn nothing of what there is.
        var endpoint = context.GetEndpoint();
        var access = endpoint?.Metadata.GetMetadata<RouteAccess>();
        if (access is null && endpoint is RouteEndpoint)
            return new(HttpRefusal.NotAllowed, StatusCodes.Status403Forbidden, "Nothing says who may use this.");
        var least = access is null ? AccessRole.Reader : LeastOf(access, context, caller);
        if (least is { } role)
        {
            if (person.Role is not { } own)
            {
                return person.Name is null
                    ? new(HttpRefusal.NotLoggedIn, StatusCodes.Status401Unauthorized, recognition.WhyNot(caller))
                    : new(HttpRefusal.NotAllowed, StatusCodes.Status403Forbidden, "No role is given to you here.");
            }

            if (person.Scope == TokenScope.Metrics && access?.Purpose != RoutePurpose.Metrics)
                return new(HttpRefusal.NotAllowed, StatusCodes.Status403Forbidden, "This token is good for metrics alone.");
            if (own < role)
                return new(
                    HttpRefusal.NotAllowed, StatusCodes.Status403Forbidden, $"This takes the role {KebabCase<AccessRole>.Of(role)}.");
        }

        // A browser adds cookies by itself: a change also says what only a page of ours can know.
        if (IsWrite(context.Request) && access?.AsksForAntiForgery != false && person.AntiForgery is { } wanted
            && !AntiForgery.IsGiven(context.Request, wanted))
        {
            return new(
                HttpRefusal.NoAntiForgery, StatusCodes.Status403Forbidden,
                $"A change needs the header {AntiForgery.Header}, as GET /api/v1/session says.");
        }

        // What is said to a judge that stands by would be lost with it; only logins are its own.
        if (IsWrite(context.Request) && access?.AsksForAntiForgery != false && !standing.IsActive)
        {
            return new(
                HttpRefusal.StandsBy, StatusCodes.Status503ServiceUnavailable,
                standing.Other is { } other ? $"This judge stands by: say it to {other}." : "This judge stands by.");
        }

        return null;
    }

    private AccessRole? LeastOf(RouteAccess access, HttpContext context, Caller caller) => access.Purpose switch
    {
        RoutePurpose.Metrics => options.Metrics == HttpDoor.Open ? null : access.Least,

        // Who restarts the process asks on its machine, and logs in nowhere.
        RoutePurpose.Health => options.Health == HttpDoor.Open || IsOwn(context, caller) ? null : AccessRole.Reader,
        _ => access.Least,
    };

    private static bool IsOwn(HttpContext context, Caller caller) =>
        caller.IsLocal || (caller.ProxyHeader is null && !caller.IsTrustedProxy && caller.Address is { } address
            && address.Equals(Authority.Plain(context.Connection.LocalIpAddress)));

    private bool IsForeign(HttpRequest request, in Authority host)
    {
        var origin = request.Headers.Origin;
        if (origin.Count > 1 || (origin is [{ } stated] && !_hosts.IsOwnOrigin(stated, host, request.IsHttps))) return true;

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

    /// <summary>Pages of others may neither frame an answer, nor load it, nor take it for a script; nobody keeps it.</summary>
    private void Harden(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (options.Tls.Hsts && context.Request.IsHttps) headers.StrictTransportSecurity = StrictTransport;
    }
}
