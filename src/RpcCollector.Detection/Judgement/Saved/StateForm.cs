namespace RpcCollector.Detection.Judgement.Saved;

/// <summary>How saved state begins and ends.</summary>
/// <remarks>
/// <code>
/// "RpcJudge" (8) | version (4) | clocks and what of them is not believed yet | population | hosts | edges with their open hours and facts
/// | operations | findings | verdicts | endpoints | SHA-256 of all before (32)
/// </code>
/// Numbers are little-endian. A change of the form is another version: state of another version is refused, and learning begins anew.
/// </remarks>
internal static class StateForm
{
    public const ulong Magic = 0x6567_6475_4A63_7052;
    public const int Version = 2;

    /// <summary>The same without what is known of the clock; it is read too.</summary>
    public const int VersionWithoutAging = 1;

    /// <summary>No text is longer.</summary>
    public const int MaxText = 4_096;

    /// <summary>No list of a finding is longer.</summary>
    public const int MaxList = 64;
}
