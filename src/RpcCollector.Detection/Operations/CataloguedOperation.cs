namespace RpcCollector.Detection.Operations;

/// <summary>An operation that means something when it is called remotely; unique by interface and operation.</summary>
public sealed class CataloguedOperation
{
    /// <summary>Zeek's name of the interface, such as svcctl.</summary>
    public required string Interface { get; init; }

    /// <summary>Zeek's name of the operation, such as CreateServiceW.</summary>
    public required string Operation { get; init; }

    /// <summary>The ATT&amp;CK technique that it serves.</summary>
    public required string Technique { get; init; }

    public required string TechniqueName { get; init; }

    /// <summary>CAR analytics that look for it; often none.</summary>
    public required IReadOnlyList<string> Analytics { get; init; }

    /// <summary>What a finding about it is called.</summary>
    public required FindingKind Kind { get; init; }

    /// <summary>True when Windows itself calls it all day.</summary>
    public required bool IsOrdinary { get; init; }

    /// <summary>Both names, such as svcctl::CreateServiceW.</summary>
    public string Name => $"{Interface}::{Operation}";
}
