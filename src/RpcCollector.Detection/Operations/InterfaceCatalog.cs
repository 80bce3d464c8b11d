using System.Collections.Frozen;
using System.Globalization;

namespace RpcCollector.Detection.Operations;

/// <summary>Names what goes over the wire by number: an interface by its UUID, an operation by its opnum there.</summary>
/// <remarks>What it does not know it names as Zeek does: unknown-, and the UUID or the number.</remarks>
public static partial class InterfaceCatalog
{
    private static readonly FrozenDictionary<Guid, NumberedInterface> ById = Rows().ToFrozenDictionary(row => row.Id);

    private static readonly FrozenDictionary<string, NumberedInterface> ByName = ById.Values.ToFrozenDictionary(row => row.Name);

    /// <summary>Every interface that has a name here, with the operations that have one.</summary>
    public static IEnumerable<(Guid Id, string Name, IReadOnlyDictionary<ushort, string> Operations)> Interfaces =>
        ById.Values.Select(row => (row.Id, row.Name, row.Operations));

    /// <summary>Zeek's names of an interface and one of its operations.</summary>
    public static (string Interface, string Operation) NamesOf(Guid id, ushort opnum)
    {
        var known = ById.GetValueOrDefault(id);
        var operation = known is null ? null : OperationOf(known, opnum);
        return (known?.Name ?? $"unknown-{id}", operation ?? string.Create(CultureInfo.InvariantCulture, $"unknown-{opnum}"));
    }

    /// <summary>Zeek's name of an operation of an interface that has a name here; null when either is not known.</summary>
    public static string? OperationOf(string onInterface, ushort opnum) =>
        ByName.TryGetValue(onInterface, out var known) ? OperationOf(known, opnum) : null;

    private static string? OperationOf(NumberedInterface known, ushort opnum) =>
        known.Operations.GetValueOrDefault(opnum) ?? HarmlessOperations.Find(known.Name, opnum);

    private static NumberedInterface On(string name, string id, params (ushort Opnum, string Operation)[] operations) =>
        new(Guid.Parse(id), name, operations.ToDictionary(entry => entry.Opnum, entry => entry.Operation));

    private sealed record NumberedInterface(Guid Id, string Name, IReadOnlyDictionary<ushort, string> Operations);
}
