using RpcCollector.Flows.Losses;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Exporters;

/// <summary>What all exporters of a catalog share: counts, losses, and caches of parsed Templates.</summary>
internal sealed class SharedExporterState
{
    private readonly SequenceTally _netFlowV5 = new();
    private readonly SequenceTally _netFlowV9 = new();
    private readonly SequenceTally _ipfix = new();
    private int _numTemplates;
    private int _numRivals;
    private int _numSessions;

    private readonly long[] _displaced = new long[Enum.GetValues<Displacement>().Length];

    public SharedExporterState(ExporterDirectory directory)
    {
        (Directory, ParsedSets, ParsedRecords) = (directory, new ParsedSets(), new ParsedRecords(Plans));
        Table = new ExporterTable(directory.Capacity, this);
    }

    public ExporterDirectory Directory { get; }

    public ExporterTable Table { get; }

    /// <summary>What all senders that are not settled may cause together.</summary>
    public WorkBudget Learning { get; } = TemplateWork.OfAll();

    /// <summary>Of all exporters.</summary>
    public ChangeCounter Changes { get; } = new();

    /// <summary>Plans that Templates of the same layout share.</summary>
    public PlanPool Plans { get; } = new();

    /// <summary>Template Sets as they were parsed.</summary>
    public ParsedSets ParsedSets { get; }

    /// <summary>Template Records as they were parsed.</summary>
    public ParsedRecords ParsedRecords { get; }

    public KernelLosses KernelLosses { get; } = new();

    /// <summary>Templates of all exporters together.</summary>
    public int NumTemplates => Volatile.Read(ref _numTemplates);

    public void CountTemplates(int change) => Interlocked.Add(ref _numTemplates, change);

    /// <summary>Layouts of all exporters together that are held beside those that stand.</summary>
    public int NumRivals => Volatile.Read(ref _numRivals);

    public void CountRivals(int change) => Interlocked.Add(ref _numRivals, change);

    /// <summary>Transport Sessions of all exporters together.</summary>
    public int NumSessions => Volatile.Read(ref _numSessions);

    public void CountSessions(int change) => Interlocked.Add(ref _numSessions, change);

    public long Displaced(Displacement kind) => Volatile.Read(ref _displaced[(int)kind]);

    public void CountDisplaced(Displacement kind, long count = 1) => Interlocked.Add(ref _displaced[(int)kind], count);

    public SequenceTally SequenceOf(int version) => version switch
    {
        ExportMessage.NetFlowV5 => _netFlowV5,
        ExportMessage.NetFlowV9 => _netFlowV9,
        _ => _ipfix,
    };
}
