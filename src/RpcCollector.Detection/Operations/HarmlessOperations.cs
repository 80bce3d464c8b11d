using System.Collections.Frozen;

namespace RpcCollector.Detection.Operations;

/// <summary>
/// Operations of the catalogue's interfaces that mean nothing by themselves; unique by interface and operation. What is neither here nor in
/// the catalogue is unknown.
/// </summary>
public static partial class HarmlessOperations
{
    private static readonly FrozenSet<(string Interface, string Operation)> ByName = Rows()
        .SelectMany(row => row.Operations.Select(one => (row.Interface, one.Operation))).ToFrozenSet();

    private static readonly FrozenDictionary<(string Interface, ushort Opnum), string> ByNumber = Rows()
        .SelectMany(row => row.Operations.Select(one => (row.Interface, one.Opnum, one.Operation)))
        .ToFrozenDictionary(one => (one.Interface, one.Opnum), one => one.Operation);

    /// <summary>Every one with its number.</summary>
    public static IEnumerable<(string Interface, ushort Opnum, string Operation)> All =>
        ByNumber.Select(one => (one.Key.Interface, one.Key.Opnum, one.Value));

    /// <summary>Names are case-sensitive.</summary>
    public static bool Contains(string onInterface, string operation) => ByName.Contains((onInterface, operation));

    /// <summary>Zeek's name of the operation with a number; null when it is none of these.</summary>
    public static string? Find(string onInterface, ushort opnum) => ByNumber.GetValueOrDefault((onInterface, opnum));
}
