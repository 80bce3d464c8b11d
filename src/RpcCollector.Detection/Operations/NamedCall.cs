namespace RpcCollector.Detection.Operations;

/// <summary>A call of an operation that the catalogue knows.</summary>
internal readonly record struct NamedCall(RpcOperation Call, CataloguedOperation Meaning)
{
    public long At => Call.AtUnixMilliseconds;

    public bool Is(params ReadOnlySpan<string> operations) => operations.Contains(Meaning.Operation);
}
