using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>One edge of the client that is judged, in the hour that is judged.</summary>
/// <param name="Edge">Its index among the edges.</param>
/// <param name="Open">Its facts of the hour.</param>
/// <param name="IsLearned">True when it was learned as normal in an hour that was closed before this one began.</param>
/// <param name="Habit">The edge of what these machines are known for, wherever they were; none when negative.</param>
/// <param name="KnownAs">Why it is no news though it was not learned, where an address changed hands; null for most.</param>
/// <param name="IsNew">True when it had not been seen before this hour, reported or not.</param>
internal readonly record struct EdgeCase(
    int Edge, int Open, int ServerIndex, HostIdentity Server, HostRole ServerRole, EdgeService Service, bool IsLearned, bool IsNew,
    int Habit, string? KnownAs)
{
    public bool IsServer => ServerRole.IsServer();
}
