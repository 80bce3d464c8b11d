namespace RpcCollector.Detection.Advice;

/// <summary>What may be behind a finding.</summary>
/// <param name="Source">Where such a cause is described.</param>
public sealed record Cause(string Text, SourceDocument Source);

/// <summary>A question whose answer tells malicious causes from harmless ones.</summary>
/// <param name="Harmless">The answer that speaks for a harmless cause.</param>
/// <param name="Malicious">The answer that speaks for a malicious one.</param>
public sealed record TellingQuestion(string Ask, string Harmless, string Malicious);
