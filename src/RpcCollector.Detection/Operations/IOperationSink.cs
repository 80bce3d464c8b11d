namespace RpcCollector.Detection.Operations;

/// <summary>
/// Takes what Zeek or Suricata told besides connections: RPC calls by name and DHCP leases. The judge, live and in replay.
/// </summary>
public interface IOperationSink
{
    /// <summary>Called on the thread that reads their logs, in the order of arrival there.</summary>
    /// <param name="arrivalUnixMilliseconds">When the line was read (live), or when the call was made (replay).</param>
    void Offer(in RpcOperation operation, long arrivalUnixMilliseconds);

    /// <summary>The same for a lease. A sink that takes calls only need not implement it.</summary>
    /// <param name="arrivalUnixMilliseconds">When the line was read (live), or when the lease began (replay).</param>
    void Offer(in AddressLease lease, long arrivalUnixMilliseconds)
    {
    }
}
