namespace RpcCollector.Lab.Filling;

/// <summary>What a data folder is filled with.</summary>
/// <param name="Incidents">No more than there are findings.</param>
/// <param name="Span">Until now.</param>
internal sealed record FillPlan(int Findings, int Incidents, int Activities, TimeSpan Span, ulong Seed);

/// <summary>What is in the folder then.</summary>
internal sealed record FillResult(long Findings, long Incidents, long Suppressions, long Activities);
