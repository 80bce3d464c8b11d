using System.Net;
using RpcCollector.Accounts;
using RpcCollector.Options;

namespace RpcCollector.Http.Access;

/// <summary>Finds out from where a request comes, and who sends it.</summary>
internal sealed class Recognition(
    HttpOptions options, TrustedProxies proxies, SessionBook sessions, TokenBook tokens, UserBook users, AntiForgery antiForgery)
{
    private const string Bearer = "Bearer ";

    /// <param name="isSecureHost">True when the settings say that the host is reached by TLS that a proxy ends.</param>
    public Caller CallerOf(HttpContext context, bool isSecureHost)
    {
        var caller = Caller.OfConnection(context);
        var isTls = context.Request.IsHttps;
        var isTrusted = proxies.Trusts(caller.Address);
        return caller with
        {
            Address = isTrusted ? proxies.ClientOf(context.Request, caller.Address) : caller.Address,
            IsTrustedProxy = isTrusted,

            // A proxy on this machine that forgot a header would make everybody local.
            IsLocal = caller.IsLocal && !isTrusted,
            IsSecure = isTls || isSecureHost || (isTrusted && TrustedProxies.SaysSecure(context.Request)),
            IsConfidential = isTls || isTrusted || options.AllowPlainLogin || options.AllowAnonymous || IsWithinMachine(context),
        };
    }

    /// <summary>Who sends it; or why it cannot be answered, whatever it asks for.</summary>
    public (Person Person, Refusal? Refusal) Recognise(HttpContext context, Caller caller)
    {
        var request = context.Request;

        // 1. A header that only a trusted proxy may send: whoever else does wants to be somebody.
        if (!caller.IsTrustedProxy && proxies.Claims(request))
        {
            return (Person.Nobody, new Refusal(
                HttpRefusal.UntrustedProxy, StatusCodes.Status403Forbidden,
                "Who asks is said in a header by an address that is no proxy of Http:Proxy:Addresses."));
        }

        // 2. A token: whoever shows one is judged by it alone.
        if (TokenOf(request) is { } shown && (IsOurs(shown) || !MayBeOfOthers(caller))) return OfToken(shown, caller);

        // 3. Whom a trusted proxy names.
        if (caller.IsTrustedProxy && proxies.Claims(request))
        {
            return proxies.PersonOf(request) is { } named
                ? (OfProxy(named.Name, named.Role), null)
                : (Person.Nobody, new Refusal(
                    HttpRefusal.NotLoggedIn, StatusCodes.Status401Unauthorized,
                    "The proxy says who asks in a way that is not understood: twice, or as no name can be."));
        }

        // 4. A login.
        if (caller.IsConfidential && SessionCookie.Read(context) is { Length: > 0 } secret && sessions.Find(secret) is var (session, user))
        {
            return (new Person(user.Name, user.Role, AccessMeans.Password)
            {
                Session = session,
                AntiForgery = AntiForgery.OfSession(secret),
                ExpiresAt = sessions.ExpiryOf(session),
                Ended = session.Ended,
            }, null);
        }

        // 5. Where nobody has to log in.
        if (options.AllowAnonymous) return (new Person(Name: null, AccessRole.Admin, AccessMeans.Anonymous), null);
        if (caller.IsLocal && options.Login != HttpLogin.Always)
            return (new Person(Name: null, AccessRole.Admin, AccessMeans.Loopback), null);
        return (Person.Nobody, null);
    }

    /// <summary>What somebody who has not logged in is told.</summary>
    public string WhyNot(Caller caller)
    {
        if (!caller.IsConfidential) return "This port speaks plain HTTP: from other machines it is asked by TLS, or through its proxy.";
        var how = caller.ProxyHeader is { } header ? $"The request came through a proxy ({header}): log in."
            : caller.IsTrustedProxy ? "The proxy does not say who asks: log in."
            : caller.IsLocal ? "Log in."
            : "The request came from another machine: log in.";
        return users.Count > 0 || proxies.NamePeople
            ? how
            : $"{how} There are no users yet: 'RpcCollector users add NAME --role admin' makes one; only Http:AllowAnonymous=true lets " +
                "everybody in.";
    }

    private (Person Person, Refusal? Refusal) OfToken(string shown, Caller caller)
    {
        if (!caller.IsConfidential)
        {
            return (Person.Nobody, new Refusal(
                HttpRefusal.PlainLogin, StatusCodes.Status403Forbidden,
                "A token was sent over plain HTTP, where others may have read it: revoke it. Http:Tls:Certificate turns TLS on."));
        }

        if (tokens.Find(shown) is not var (token, ended))
        {
            return (Person.Nobody, new Refusal(
                HttpRefusal.NotLoggedIn, StatusCodes.Status401Unauthorized, "The token is not known, was revoked, or has expired."));
        }

        return (new Person(token.Name, token.Role, AccessMeans.Token)
        {
            Scope = token.Scope,
            ExpiresAt = token.ExpiresAt,
            Ended = ended,
        }, null);
    }

    private Person OfProxy(string name, AccessRole? role) =>
        new(name, role, AccessMeans.Proxy) { AntiForgery = antiForgery.OfProxied(name) };

    private static string? TokenOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? value[Bearer.Length..].Trim()
            : null;

    private static bool IsOurs(string shown) => shown.StartsWith(ApiToken.Prefix, StringComparison.Ordinal);

    // Proxies pass on what was meant for themselves.
    private bool MayBeOfOthers(Caller caller) => caller.IsTrustedProxy || options.AllowAnonymous;

    private static bool IsWithinMachine(HttpContext context)
    {
        var (remote, local) = (Authority.Plain(context.Connection.RemoteIpAddress), Authority.Plain(context.Connection.LocalIpAddress));
        return (Caller.IsLoopback(remote) && Caller.IsLoopback(local)) || (remote is not null && remote.Equals(local));
    }
}

/// <summary>Why a request is not answered.</summary>
/// <param name="Why">What its client is told.</param>
internal sealed record Refusal(HttpRefusal Reason, int Status, string Why);
