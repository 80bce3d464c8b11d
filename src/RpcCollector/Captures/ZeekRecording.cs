using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Zeek;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.ZeekLogs;

namespace RpcCollector.Captures;

/// <summary>
/// The logs of Zeek and Suricata among the files of a replay: each folder is a sensor, with an address and a clock of its own.
/// </summary>
internal sealed class ZeekRecording(FlowOptions options)
{
    private readonly List<string> _folders = [];
    private readonly Dictionary<string, ZeekSensor> _sensors = new(StringComparer.Ordinal);
    private ZeekDecoder? _decoder;

    /// <summary>What was counted of the lines; null before <see cref="DeliverTo"/>.</summary>
    public HopCounters? Counters => _decoder?.Counters;

    /// <summary>From now on, lines that are read are counted and passed on through <paramref name="decoder"/>.</summary>
    /// <exception cref="StartupException">There are more sensors than there may be exporters.</exception>
    public void DeliverTo(ZeekDecoder decoder, ExporterCatalog catalog)
    {
        _decoder = decoder;
        for (var index = 0; index < _folders.Count; index++)
        {
            _sensors[_folders[index]] = ZeekSensor.Of(catalog, ZeekSensor.DefaultAddress(index))
                ?? throw new StartupException($"{_folders[index]}: one sensor more than Flows:MaxExporters allows");
        }
    }

    /// <summary>
    /// A reader of the file when it is a log that is read, else null; before <see cref="DeliverTo"/> one that counts
    /// nothing.
    /// </summary>
    public ZeekLogReader? Open(ByteSource source, string path, CaptureTally tally)
    {
        if (!LogProbe.IsLog(source, path)) return null;
        var folder = SensorFolder.Of(path);
        if (!_folders.Contains(folder, StringComparer.Ordinal)) _folders.Add(folder);
        if (_decoder is not null) return new ZeekLogReader(source, path, tally, _decoder, _sensors[folder]);
        var nowhere = new Nowhere();
        return new ZeekLogReader(
            source, path, tally, new ZeekDecoder(options, new HopCounters(), nowhere, nowhere, new NameBook(new NameOptions())),
            ZeekSensor.Of(new ExporterCatalog(new ExporterDirectory(1)), default)!);
    }

    private sealed class Nowhere : IFlowStartSink, IOperationSink
    {
        public void Offer(in FlowStart start)
        {
        }

        public void Offer(in RpcOperation operation, long arrivalUnixMilliseconds)
        {
        }
    }
}
