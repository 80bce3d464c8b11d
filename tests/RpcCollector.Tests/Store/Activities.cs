using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Tests.Store;

/// <summary>Activities to store, told apart by their number.</summary>
internal static class Activities
{
    /// <summary>2026-01-01T00:00:00Z.</summary>
    public const long Epoch = 1_767_225_600_000;

    public static RpcActivity Car(int number, string client = "192.0.2.10", string server = "192.0.2.20") => new()
    {
        // Ids are hashes: neither in order nor positive.
        Id = unchecked((long)((ulong)number * 0x9E37_79B9_7F4A_7C15)),
        Basis = JoinBasis.Car,
        Client = HostAddress.Parse(client),
        Server = HostAddress.Parse(server),
        Mapper = new FlowSpan(50_000, 135, Epoch + (number * 1_000L), Epoch + (number * 1_000L) + 12_000),
        Endpoint = new FlowSpan(50_001, 49_667, Epoch + (number * 1_000L) + 7, Epoch + (number * 1_000L) + 900),
        Exporters = ExporterSet.Of(0),
        SamplingInterval = 1,
        Traffic = new FlowTraffic(900, 700, 0x1B, 0x1B, FlowHalf.Both, DirectionConfidence.Stated),
    };

    public static RpcActivity MapperOnly(int number) => Car(number) with { Basis = JoinBasis.MapperOnly, Endpoint = null };

    public static ActivityChange Added(RpcActivity activity) => new(ActivityChangeKind.Added, activity);

    public static ActivityChange Revised(RpcActivity activity) => new(ActivityChangeKind.Revised, activity);

    public static ActivityChange Withdrawn(RpcActivity activity) => new(ActivityChangeKind.Withdrawn, activity);

    public static List<ActivityChange> Many(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(number => Added(Car(number)))];
}
