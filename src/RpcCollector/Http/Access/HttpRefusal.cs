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

    /// <summary>It came through a proxy or from another machine, and nothing says that these may ask.</summary>
    NotLocal,

    /// <summary>Its body did not come in time.</summary>
    SlowBody,

    /// <summary>Too many requests wait.</summary>
    Busy,

    /// <summary>Too many listen to the event stream.</summary>
    TooManyListeners,

    /// <summary>Too many connections are open, and none of them is idle.</summary>
    TooManyConnections,
}
