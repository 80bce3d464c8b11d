namespace RpcCollector.Detection.Operations;

/// <summary>Takes the RPC calls that Zeek or Suricata named: the judge, live and in replay.</summary>
public interface IOperationSink
{
    /// <summary>Called on the thread that reads their logs, in the order of arrival there.</summary>
    /// <param name="arrivalUnixMilliseconds">When the line was read (live), or when the call was made (replay).</param>
    void Offer(in RpcOperation operation, long arrivalUnixMilliseconds);
}
