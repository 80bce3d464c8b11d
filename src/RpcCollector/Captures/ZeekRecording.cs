using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Zeek;
using RpcCollector.Options;
using RpcCollector.ZeekLogs;

namespace RpcCollector.Captures;

/// <summary>The Zeek logs among the files of a replay: each folder is a sensor, with an address and a clock of its own.</summary>
internal sealed class ZeekRecording(FlowOptions options)
{
    private const int ProbedLines = 64;

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
    /// A reader of the file when it is a conn.log or dce_rpc.log, else null; before <see cref="DeliverTo"/> one that counts nothing.
    /// </summary>
    public ZeekLogReader? Open(ByteSource source, string path, CaptureTally tally)
    {
        if (!IsZeek(source) || !IsOfUse(path)) return null;
        var folder = SensorFolder.Of(path);
        if (!_folders.Contains(folder, StringComparer.Ordinal)) _folders.Add(folder);
        if (_decoder is not null) return new ZeekLogReader(source, path, tally, _decoder, _sensors[folder]);
        var nowhere = new Nowhere();
        return new ZeekLogReader(
            source, path, tally, new ZeekDecoder(options, new HopCounters(), nowhere, nowhere),
            ZeekSensor.Of(new ExporterCatalog(new ExporterDirectory(1)), default)!);
    }

    private static bool IsZeek(ByteSource source) =>
        (source.TryPeek(1, out var first) && first[0] == '{')
            || (source.TryPeek(10, out var header) && header.SequenceEqual("#separator"u8));

    /// <summary>True when the file's name, or else one of its first lines, shows that it is a log that we read.</summary>
    private static bool IsOfUse(string path)
    {
        var byName = ZeekLogKinds.OfFile(path);
        if (byName != ZeekLogKind.Unknown) return byName != ZeekLogKind.Other;
        using var source = new ByteSource(path);
        var (log, lines) = (new ZeekLog(byName, new HopCounters()), new LineBuffer());
        for (var read = 0; read < ProbedLines;)
        {
            if (lines.TryTake(out var line, out _))
            {
                read++;
                if (log.Read(line) != ZeekLogKind.Unknown) return true;
                continue;
            }

            var length = source.ReadSome(lines.Room());
            if (length == 0) return lines.TryTakeRest(out line, out _) && log.Read(line) != ZeekLogKind.Unknown;
            lines.Add(length);
        }

        return false;
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
