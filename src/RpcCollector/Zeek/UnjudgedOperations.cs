using RpcCollector.Detection.Operations;

namespace RpcCollector.Zeek;

/// <summary>Takes RPC operations where nothing judges them: they are counted before it, and end here.</summary>
internal sealed class UnjudgedOperations : IOperationSink
{
    public void Offer(in RpcOperation operation, long arrivalUnixMilliseconds)
    {
    }
}
