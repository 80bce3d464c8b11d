using RpcCollector.Accounts;

namespace RpcCollector.Http.Access;

/// <summary>Who is asking, once <see cref="AccessGuard"/> has let the request in.</summary>
/// <param name="Name">The name by which what is changed is kept; null when nobody said who it is.</param>
/// <param name="Role">What they may do; null for who has not logged in where that is asked.</param>
/// <param name="Means">How they were recognised.</param>
internal sealed record Person(string? Name, AccessRole? Role, AccessMeans Means)
{
    /// <summary>Somebody who has not said who it is.</summary>
    public static Person Nobody { get; } = new(Name: null, Role: null, AccessMeans.None);

    /// <summary>What a token is good for; everything for all others.</summary>
    public TokenScope Scope { get; init; } = TokenScope.All;

    /// <summary>The login that the cookie is of; null where it is not by a cookie that they were recognised.</summary>
    public Session? Session { get; init; }

    /// <summary>What the header X-Anti-Forgery of changes must say; null where that is not asked.</summary>
    public string? AntiForgery { get; init; }

    /// <summary>Until when they are recognised; null where that does not end by itself.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Cancelled when they are recognised no more: also what they are being told then ends.</summary>
    public CancellationToken Ended { get; init; }

    /// <summary>Who made this request; nobody where the guard was not passed.</summary>
    public static Person Of(HttpContext context) => context.Features.Get<Person>() ?? Nobody;
}

/// <summary>How somebody was recognised.</summary>
internal enum AccessMeans
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>The request was made on this machine, where nobody has to log in.</summary>
    Loopback,

    /// <summary>Http:AllowAnonymous: something else guards the port.</summary>
    Anonymous,

    /// <summary>A login with name and password, and the cookie that came of it.</summary>
    Password,

    /// <summary>An API token.</summary>
    Token,

    /// <summary>The header of a trusted proxy.</summary>
    Proxy,
}
