using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows.Zeek;

/// <summary>A Zeek sensor as an exporter: unique by the address that stands for it, with one clock of its own.</summary>
public sealed class ZeekSensor
{
    private ZeekSensor(HostAddress address, int exporterId) =>
        (Address, ExporterId, ClockKey) = (address, exporterId, Exporters.ClockKey.OfSensor(address));

    public HostAddress Address { get; }

    public int ExporterId { get; }

    /// <summary>Names its clock.</summary>
    public ulong ClockKey { get; }

    /// <summary>A sensor by its address; null when there are as many exporters as there may be.</summary>
    public static ZeekSensor? Of(ExporterCatalog catalog, HostAddress address) =>
        catalog.Directory.TryGetId(address, out var id) ? new ZeekSensor(address, id) : null;

    /// <summary>The address that stands for a sensor when none is given: 127.0.0.1 for the first, 127.0.0.2 for the next.</summary>
    public static HostAddress DefaultAddress(int index) => HostAddress.FromIPv4(0x7F00_0001 + (uint)index);
}
