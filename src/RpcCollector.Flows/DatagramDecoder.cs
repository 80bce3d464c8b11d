using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Interpretation;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows;

/// <summary>Reads datagrams into flow starts: the whole way through Flows for one thread, which alone may call it.</summary>
public sealed class DatagramDecoder
{
    private const ushort NetFlowV9TemplateSetId = 0;
    private const ushort NetFlowV9OptionsTemplateSetId = 1;
    private const ushort IpfixTemplateSetId = 2;
    private const ushort IpfixOptionsTemplateSetId = 3;
    private const ushort FirstDataSetId = 256;

    private readonly FlowOptions _options;
    private readonly ExporterCatalog _catalog;
    private readonly DataSetReader _dataSets;
    private readonly OptionsReader _optionsRecords;

    // The exporter, domain and Template of the last Set: the next is nearly always of the same.
    private Exporter? _exporter;
    private ObservationDomain? _domain;
    private Template? _template;
    private TemplateKey _templateKey;
    private object? _templateMap;

    private long _numOptionsRecords;
    private long _receivedOctets;

    public DatagramDecoder(FlowOptions options, ExporterCatalog catalog, HopCounters counters, IFlowStartSink sink)
    {
        _options = options;
        _catalog = catalog;
        Counters = counters;
        _dataSets = new DataSetReader(options, counters, sink);
        _optionsRecords = new OptionsReader(counters);
    }

    public HopCounters Counters { get; }

    /// <summary>Options Data Records decoded so far.</summary>
    public long OptionsRecords => Volatile.Read(ref _numOptionsRecords);

    /// <summary>Octets of all datagrams taken so far.</summary>
    public long ReceivedOctets => Volatile.Read(ref _receivedOctets);

    /// <summary>Takes one datagram; never throws for what is in it.</summary>
    /// <param name="datagram">The UDP payload.</param>
    /// <param name="session">Both ends of the transport.</param>
    /// <param name="arrivalUnixMilliseconds">When it was received, or captured.</param>
    public void Decode(ReadOnlySpan<byte> datagram, in TransportSession session, long arrivalUnixMilliseconds)
    {
        Counters.Receive(Hop.Datagram);
        Volatile.Write(ref _receivedOctets, _receivedOctets + datagram.Length);

        // 1. Header, and where the Sets lie.
        var fault = ExportMessage.Read(datagram, out var message);
        if (fault == Rejection.None && message.Version != ExportMessage.NetFlowV5) fault = FindFault(message);

        // 2. From whom.
        if (fault == Rejection.None) fault = FindSource(session.ExporterAddress, message, arrivalUnixMilliseconds);
        if (fault != Rejection.None)
        {
            Counters.Reject(Hop.Datagram, fault);
            return;
        }

        // 3. The records.
        Counters.Use(Hop.Datagram);
        var (dataRecords, optionsRecords) = message.Version == ExportMessage.NetFlowV5
            ? (ReadNetFlowV5(message, arrivalUnixMilliseconds), 0)
            : ReadSets(message, session, arrivalUnixMilliseconds);
        _domain!.CountDatagram(arrivalUnixMilliseconds, dataRecords, optionsRecords);
        Volatile.Write(ref _numOptionsRecords, _numOptionsRecords + optionsRecords);
    }

    /// <summary>Walks the Sets once before any is read: when one ends beyond the datagram, nothing in the Message can be trusted.</summary>
    private static Rejection FindFault(in ExportMessage message)
    {
        var sets = new SetReader(message);
        Rejection fault;
        while (sets.TryRead(out _, out _, out fault))
        {
        }

        return fault == Rejection.SetLongerThanMessage ? fault : Rejection.None;
    }

    private Rejection FindSource(HostAddress address, in ExportMessage message, long arrivalUnixMilliseconds)
    {
        if (_exporter?.Address != address)
        {
            var exporter = _catalog.Find(address, arrivalUnixMilliseconds);
            if (exporter is null) return Rejection.TooManyExporters;
            (_exporter, _domain, _template) = (exporter, null, null);
        }

        if (_domain is null || _domain.Id != message.ObservationDomainId || _domain.Version != message.Version)
        {
            var domain = _exporter.Domain(message.Version, message.ObservationDomainId, _options.MaxDomainsPerExporter);
            if (domain is null) return Rejection.TooManyDomains;
            _domain = domain;
        }

        return Rejection.None;
    }

    private int ReadNetFlowV5(in ExportMessage message, long arrivalUnixMilliseconds)
    {
        Counters.Receive(Hop.Set);
        var held = message.Body.Length / NetFlowV5Layout.RecordLength;
        if (message.StatedRecordCount != held) Counters.Note(Irregularity.RecordCountWrong);
        if (message.SamplingInterval != 0) _domain!.SamplingInterval = message.SamplingInterval;
        var content = message.Body[..(Math.Min(held, message.StatedRecordCount) * NetFlowV5Layout.RecordLength)];
        return _dataSets.Read(content, NetFlowV5Layout.Template, message, _exporter!, _domain!, arrivalUnixMilliseconds);
    }

    private (int DataRecords, int OptionsRecords) ReadSets(in ExportMessage message, in TransportSession session, long arrivalUnixMilliseconds)
    {
        var (dataRecords, optionsRecords) = (0, 0);
        var sets = new SetReader(message);
        Rejection fault;
        while (sets.TryRead(out var setId, out var content, out fault))
        {
            Counters.Receive(Hop.Set);
            if (setId < FirstDataSetId)
            {
                ReadTemplates(setId, content, message, session, arrivalUnixMilliseconds);
                continue;
            }

            var template = FindTemplate(new TemplateKey(session.ExporterPort, session.CollectorPort, message.Version, message.ObservationDomainId, setId));
            if (template is null) Counters.Reject(Hop.Set, Rejection.MissingTemplate);
            else if (template.IsOptions) optionsRecords += _optionsRecords.Read(content, template, _domain!);
            else dataRecords += _dataSets.Read(content, template, message, _exporter!, _domain!, arrivalUnixMilliseconds);
        }

        if (fault != Rejection.None)
        {
            Counters.Receive(Hop.Set);
            Counters.Reject(Hop.Set, fault);
        }

        if (sets.OverranMessage) Counters.Note(Irregularity.MessageLengthTooShort);
        else if (message.Body.Length > message.StatedBodyLength) Counters.Note(Irregularity.OctetsAfterMessage);
        return (dataRecords, optionsRecords);
    }

    private Template? FindTemplate(in TemplateKey key)
    {
        if (_template is not null && key == _templateKey && _exporter!.IsCurrent(_templateMap)) return _template;
        if (!_exporter!.TryFind(key, out var template, out var map))
        {
            if (!_exporter.TryBorrow(key, _options.MaxTemplatesPerExporter, out template)) return null;
            Counters.Note(Irregularity.TemplateFromOtherSession);
        }

        (_template, _templateKey, _templateMap) = (template, key, map);
        return template;
    }

    private void ReadTemplates(ushort setId, ReadOnlySpan<byte> content, in ExportMessage message, in TransportSession session, long arrivalUnixMilliseconds)
    {
        var isOptions = setId == (message.Version == ExportMessage.NetFlowV9 ? NetFlowV9OptionsTemplateSetId : IpfixOptionsTemplateSetId);
        if (!isOptions && setId != (message.Version == ExportMessage.NetFlowV9 ? NetFlowV9TemplateSetId : IpfixTemplateSetId))
        {
            Counters.Reject(Hop.Set, Rejection.ReservedSetId);
            return;
        }

        Counters.Use(Hop.Set);
        var reader = new TemplateReader(message.Version, isOptions, content.ToArray());
        while (reader.TryRead(out var record))
        {
            Counters.Receive(Hop.TemplateRecord);
            var key = new TemplateKey(session.ExporterPort, session.CollectorPort, message.Version, message.ObservationDomainId, record.TemplateId);
            var fault = Learn(record, isOptions, key, arrivalUnixMilliseconds);
            if (fault == Rejection.None) Counters.Use(Hop.TemplateRecord);
            else Counters.Reject(Hop.TemplateRecord, fault);
        }
    }

    private Rejection Learn(in TemplateRecord record, bool isOptions, in TemplateKey key, long arrivalUnixMilliseconds)
    {
        if (record.IsWithdrawal)
        {
            Counters.Note(Irregularity.WithdrawalIgnored);
            return Rejection.None;
        }

        if (record.Fields is not { Length: > 0 } fields || record.TemplateId < FirstDataSetId) return Rejection.MalformedTemplate;
        if (fields.Length > _options.MaxFieldsPerTemplate) return Rejection.TooManyFields;
        var template = new Template(record.TemplateId, isOptions, fields, arrivalUnixMilliseconds);
        if (template.Plan.MinimumLength == 0) return Rejection.ZeroLengthRecord;

        var learned = _exporter!.Learn(key, template, _options.MaxTemplatesPerExporter);
        if (learned == TemplateLearned.Changed) Counters.Note(Irregularity.TemplateChanged);
        return learned == TemplateLearned.RefusedAsTooMany ? Rejection.TooManyTemplates : Rejection.None;
    }
}
