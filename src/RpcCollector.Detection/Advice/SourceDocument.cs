namespace RpcCollector.Detection.Advice;

/// <summary>Where a fact is written down.</summary>
public sealed record SourceDocument(string Name, string Url);
