namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>Where the flows of an attack are known from.</summary>
internal enum AttackSource : byte
{
    /// <summary>A labelled scenario: flows as they were exported, moved in address, port and time.</summary>
    Recorded,

    /// <summary>The library: flows made after a recording or a public description, with seeded variation.</summary>
    Library,
}
