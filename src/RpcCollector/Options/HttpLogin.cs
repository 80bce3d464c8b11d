namespace RpcCollector.Options;

/// <summary>Who has to log in.</summary>
public enum HttpLogin
{
    /// <summary>Whoever does not ask on the machine itself.</summary>
    Remote,

    /// <summary>Everybody.</summary>
    Always,
}

/// <summary>Who may ask for what people do not look at.</summary>
public enum HttpDoor
{
    /// <summary>Whoever may read.</summary>
    Login,

    /// <summary>Whoever reaches the port.</summary>
    Open,
}
