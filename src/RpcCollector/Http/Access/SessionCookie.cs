namespace RpcCollector.Http.Access;

/// <summary>The cookie of a login: no script reads it, no other page sends it, and over TLS no other host sets it.</summary>
internal static class SessionCookie
{
    private const string Plain = "rpc-collector";

    // Browsers take it only over TLS, for this very host and all its paths: no neighbour can put in one of his own.
    private const string Secure = "__Host-" + Plain;

    /// <summary>The secret; null when the request has none.</summary>
    public static string? Read(HttpContext context) => context.Request.Cookies[NameFor(context)];

    public static void Write(HttpContext context, string secret) =>
        context.Response.Cookies.Append(NameFor(context), secret, Options(context));

    public static void Delete(HttpContext context)
    {
        var options = Options(context);
        options.Expires = DateTimeOffset.UnixEpoch;
        context.Response.Cookies.Append(NameFor(context), "", options);
    }

    private static string NameFor(HttpContext context) => Caller.Of(context).IsSecure ? Secure : Plain;

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = Caller.Of(context).IsSecure,
        Path = "/",
    };
}
