namespace RpcCollector.Http.Access;

/// <summary>Why a request or a connection was refused.</summary>
internal enum HttpRefusal
{
    /// <summary>It is no HTTP, has no Host or several, or its head is too long or came too slowly.</summary>
    Malformed,

    /// <summary>It names no host, or none that can be read.</summary>
    BadHost,

    /// <summary>It is meant for a host that is not known as ours.</summary>
    ForeignHost,

    /// <summary>A page of another origin made a browser send it.</summary>
    ForeignOrigin,

    /// <summary>It is a change that may have come through a proxy that says nothing of itself.</summary>
    NotLocal,

    /// <summary>Its user says who it is in a header that only a trusted proxy may send.</summary>
    UntrustedProxy,

    /// <summary>It shows a token, a cookie or a password over plain HTTP, and nothing says that these may come so.</summary>
    PlainLogin,

    /// <summary>Nobody has logged in, or what it shows is known no more.</summary>
    NotLoggedIn,

    /// <summary>Whoever has logged in may not do this.</summary>
    NotAllowed,

    /// <summary>It is a change, and does not say what only a page of ours knows.</summary>
    NoAntiForgery,

    /// <summary>It is a change, and another judge takes them.</summary>
    StandsBy,

    /// <summary>Logins have failed too often.</summary>
    TooManyLogins,

    /// <summary>Its body did not come in time.</summary>
    SlowBody,

    /// <summary>Too many requests wait.</summary>
    Busy,

    /// <summary>Too many listen to the event stream.</summary>
    TooManyListeners,

    /// <summary>Too many connections are open, and none of them is idle.</summary>
    TooManyConnections,
}
