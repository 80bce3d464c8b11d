using RpcCollector.Detection.Octets;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Journal;

/// <summary>
/// Writes what the judge takes, turn by turn, into a chunk that grows until it is handed over. One thread writes; nothing is allocated once
/// the chunk has grown.
/// </summary>
public sealed class JudgeJournalWriter
{
    private readonly OctetWriter _to = new();
    private readonly WrittenExporters _exporters;
    private long _arrival;

    /// <param name="exporters">Where the inputs have their exporters' ids from.</param>
    /// <param name="offset">How many inputs were taken before.</param>
    public JudgeJournalWriter(ExporterDirectory exporters, long offset)
    {
        _exporters = new WrittenExporters(exporters);
        Offset = offset;
        BeginChunk();
    }

    /// <summary>How many inputs were taken since ever, those of the chunk included.</summary>
    public long Offset { get; private set; }

    /// <summary>How many were taken before the chunk.</summary>
    public long ChunkOffset { get; private set; }

    /// <summary>Of the last turn of the chunk, or what the clock was set back to, in Unix milliseconds; 0 before the first.</summary>
    public long ArrivalUnixMilliseconds => _arrival;

    /// <summary>True when the chunk has no input.</summary>
    public bool IsEmpty => Offset == ChunkOffset;

    /// <summary>What was written since the chunk began; good until the next call.</summary>
    public ReadOnlyMemory<byte> Chunk => _to.Written;

    /// <summary>The chunk was handed over, or is not needed: begins another.</summary>
    public void BeginChunk()
    {
        _to.Clear();
        _exporters.Clear();
        _arrival = 0;
        ChunkOffset = Offset;
        _to.Write(JournalForm.Magic);
        _to.Write(JournalForm.Version);
        _to.Write(Offset);
    }

    /// <summary>What is added from here to <see cref="EndTurn"/> arrives at this time, in Unix milliseconds.</summary>
    public void BeginTurn(long arrivalUnixMilliseconds)
    {
        _to.Write((byte)JudgeInputKind.TurnBegun);
        _to.WriteSigned(arrivalUnixMilliseconds - _arrival);
        _arrival = arrivalUnixMilliseconds;
    }

    public void Add(in ActivityChange change)
    {
        Begin(JudgeInputKind.Activity);
        var activity = change.Activity;
        var (mapper, endpoint) = (activity.Mapper, activity.Endpoint);
        var flows = (mapper is null ? 0 : JournalForm.HasMapper) | (endpoint is null ? 0 : JournalForm.HasEndpoint);
        _to.Write((byte)((byte)change.Kind | flows));
        _to.Write((byte)activity.Basis);
        _to.Write(activity.Id);
        _to.Write(activity.Client);
        _to.Write(activity.Server);
        if (mapper is { } toMapper) Write(toMapper);
        if (endpoint is { } toEndpoint) Write(toEndpoint);
        _to.WriteNumber((uint)activity.Interfaces);
        _exporters.Write(_to, activity.Exporters);
        _to.WriteNumber(activity.SamplingInterval);
        Write(activity.Traffic);
    }

    public void Add(in ContactChange change)
    {
        Begin(JudgeInputKind.Contact);
        var contact = change.Contact;
        _to.Write((byte)change.Kind);
        _to.Write(contact.Id);
        _to.Write(contact.Client);
        _to.Write(contact.Server);
        Write(contact.Flow);
        _exporters.Write(_to, contact.Exporters);
        _to.WriteNumber(contact.SamplingInterval);
        Write(contact.Traffic);
    }

    public void Add(in RpcOperation operation)
    {
        Begin(JudgeInputKind.Operation);
        WriteTime(operation.AtUnixMilliseconds);
        _to.Write(operation.Client);
        _to.Write(operation.Server);
        _to.Write(operation.ClientPort);
        _to.Write(operation.ServerPort);
        _to.Write(operation.Uid);
        _to.Write(operation.Interface);
        _to.Write(operation.Operation);
    }

    public void Add(in AddressLease lease)
    {
        Begin(JudgeInputKind.Lease);
        _to.Write(lease.Address);
        _to.Write((long)lease.Machine);
        WriteTime(lease.StartUnixMilliseconds);
        _to.WriteSigned(lease.EndUnixMilliseconds - lease.StartUnixMilliseconds);
    }

    public void Add(Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        Begin(JudgeInputKind.Verdict);
        _to.Write((byte)verdict.Kind);
        _to.Write((byte)verdict.Meaning);
        _to.Write(verdict.Client);
        _to.Write(verdict.Server is null ? (byte)0 : (byte)1);
        if (verdict.Server is { } server) _to.Write(server);
        _to.Write(verdict.Who);
        _to.Write(verdict.Why);
        WriteTime(verdict.AtUnixMilliseconds);
        _to.Write(verdict.ExpiresUnixMilliseconds is null ? (byte)0 : (byte)1);
        if (verdict.ExpiresUnixMilliseconds is { } expires) WriteTime(expires);
        _to.Write(verdict.ClientPeriod);
        _to.Write(verdict.ServerPeriod);
    }

    public void Add(ToldRole told)
    {
        ArgumentNullException.ThrowIfNull(told);
        Begin(JudgeInputKind.ToldRole);
        _to.Write(told.Hosts.Network);
        _to.Write((byte)told.Hosts.Bits);
        _to.Write(told.Role is { } role ? (byte)role : JournalForm.NoRole);
        _to.Write(told.Who);
        _to.Write(told.Why);
        WriteTime(told.AtUnixMilliseconds);
    }

    /// <param name="position">At most <see cref="Judge.MostPositionOctets"/>.</param>
    public void AddPosition(ReadOnlySpan<byte> position)
    {
        Begin(JudgeInputKind.Position);
        _to.WriteOctets(position);
    }

    /// <summary>The clock of arrivals was set back within this turn.</summary>
    public void SetBackTo(long arrivalUnixMilliseconds)
    {
        Begin(JudgeInputKind.ClockSetBack);
        _to.WriteSigned(arrivalUnixMilliseconds - _arrival);
        _arrival = arrivalUnixMilliseconds;
    }

    /// <summary>Time passes to the turn's arrival, after what it brought.</summary>
    public void EndTurn() => Begin(JudgeInputKind.TimePassed);

    private void Begin(JudgeInputKind kind)
    {
        _to.Write((byte)kind);
        Offset++;
    }

    private void Write(in FlowSpan flow)
    {
        _to.Write(flow.ClientPort);
        _to.Write(flow.ServerPort);
        WriteTime(flow.StartUnixMilliseconds);
        _to.WriteSigned(flow.EndUnixMilliseconds - flow.StartUnixMilliseconds);
    }

    private void Write(in FlowTraffic traffic)
    {
        _to.WriteNumber(traffic.ClientOctets);
        _to.WriteNumber(traffic.ServerOctets);
        _to.Write(traffic.ClientTcpFlags);
        _to.Write(traffic.ServerTcpFlags);
        _to.Write((byte)((byte)traffic.Half | (byte)traffic.Direction << JournalForm.DirectionShift));
    }

    private void WriteTime(long unixMilliseconds) => _to.WriteSigned(unixMilliseconds - _arrival);
}
