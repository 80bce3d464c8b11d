using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Store;

/// <summary>A client and a server, and how their activity was joined.</summary>
internal readonly record struct PairKey(HostAddress Client, HostAddress Server, JoinBasis Basis);

/// <summary>How a committed change moved the activity count of a pair.</summary>
/// <param name="Delta">Activities more, or fewer.</param>
/// <param name="RecordedUnixMilliseconds">When they were recorded.</param>
/// <param name="StartUnixMilliseconds">The latest of their starts.</param>
internal readonly record struct PairStep(PairKey Pair, int Delta, long RecordedUnixMilliseconds, long StartUnixMilliseconds);
