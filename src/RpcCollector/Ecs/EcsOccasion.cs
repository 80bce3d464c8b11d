namespace RpcCollector.Ecs;

/// <summary>Why something is told: what has happened to it, and by which key who is told twice knows it again.</summary>
/// <param name="Event">Such as added, revised, worsened, state, merged, withdrawn.</param>
/// <param name="AtUnixMilliseconds">When it happened, by the appliance's clock.</param>
/// <param name="Key">The same for each attempt to tell it.</param>
/// <param name="Sequence">Its place among all that is told.</param>
/// <param name="IsTest">True for an example that stands for nothing.</param>
internal sealed record EcsOccasion(string Event, long AtUnixMilliseconds, string Key, long Sequence, bool IsTest = false);

/// <summary>How much is written, where there is little room.</summary>
internal enum EcsDetail
{
    Full,

    /// <summary>The first of each list, long texts cut.</summary>
    Short,

    /// <summary>What tells it from others, how bad it is, and where to read more.</summary>
    Least,
}
