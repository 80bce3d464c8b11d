using RpcCollector.Detection;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>
/// Takes what a collector would learn of the simulated enterprise, in the order of arrival: the judge, and the digest that shows whether
/// two runs saw the same.
/// </summary>
internal interface IArrivalSink
{
    void Take(in ActivityChange change, long arrivalUnixMilliseconds);

    void Take(in ContactChange change, long arrivalUnixMilliseconds);

    void Take(in AddressLease lease, long arrivalUnixMilliseconds);
}
