namespace RpcCollector.Detection.Judgement;

/// <summary>Saved state that cannot be read: damaged, cut short, or of another version. The judge is as it was before.</summary>
public sealed class JudgeStateException : Exception
{
    public JudgeStateException()
    {
    }

    public JudgeStateException(string message)
        : base(message)
    {
    }

    public JudgeStateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
