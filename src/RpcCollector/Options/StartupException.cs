namespace RpcCollector.Options;

/// <summary>
/// The appliance cannot start as it is configured: the message is one line for the operator and names the setting to change.
/// </summary>
public sealed class StartupException : Exception
{
    public StartupException(string message)
        : base(message)
    {
    }

    public StartupException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public StartupException()
    {
    }
}
