using System.Buffers.Binary;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Detection.Wire;

/// <summary>
/// Packs what the judge is to take into messages. One thread writes; nothing is allocated for activities and contacts once the tables have
/// grown.
/// </summary>
public sealed class ActMessageWriter
{
    /// <summary>Octets of a message unless told otherwise.</summary>
    public const int UsualOctets = 1 << 18;

    /// <summary>Room for any change, the longest texts included.</summary>
    public const int FewestOctets = 1 << 16;

    /// <summary>How long the content of a deed may be beside its topic.</summary>
    public const int MostContentOctets = FewestOctets - WireForm.HeaderOctets - WireForm.MostNameOctets - ActForm.ChangeHeaderOctets
        - ActForm.LengthOctets - ActForm.MostTextOctets;

    private readonly byte[] _octets;
    private readonly byte[] _source;
    private readonly ulong _epoch;
    private readonly ushort _partition;
    private readonly WrittenAddresses _exporters;
    private int _place;
    private uint _part;

    /// <param name="source">The name of who writes.</param>
    /// <param name="partition">Whose batches lead to the changes; <see cref="ActHeader.NoPartition"/> for none.</param>
    /// <param name="epoch">Where there is no partition, grows with every start; 0 otherwise.</param>
    /// <param name="exporters">Where activities have their exporters' ids from.</param>
    /// <param name="mostOctets">How long a message may become; 64 KiB to 1 MiB.</param>
    /// <exception cref="ArgumentException">The source is no name (<see cref="WireForm.IsName(ReadOnlySpan{char})"/>).</exception>
    public ActMessageWriter(
        string source, ushort partition, ulong epoch, ExporterDirectory exporters, int mostOctets = UsualOctets)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostOctets, FewestOctets);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mostOctets, WireForm.MostOctets);
        (_source, _octets) = (WireForm.OctetsOf(source, mayBeEmpty: false), new byte[mostOctets]);
        (_partition, _epoch, _exporters) = (partition, epoch, new WrittenAddresses(exporters));
        Begin();
    }

    /// <summary>Changes in the message so far.</summary>
    public int NumChanges { get; private set; }

    /// <summary>Adds a change; false when the message is full, so that it has to be finished first.</summary>
    public bool TryAdd(in ActivityChange change)
    {
        var activity = change.Activity;
        return TryAdd(ActChangeKind.Activity, change.Kind, activity);
    }

    /// <inheritdoc cref="TryAdd(in ActivityChange)"/>
    public bool TryAdd(in ContactChange change)
    {
        var contact = change.Contact;
        return TryAdd(ActChangeKind.Contact, change.Kind, ActFact.Of(contact));
    }

    /// <inheritdoc cref="TryAdd(in ActivityChange)"/>
    public bool TryAdd(in RpcOperation operation, long arrivalUnixMilliseconds)
    {
        if (!HasRoom(ActForm.OperationOctets + ActForm.MostOctetsOf(operation.Uid) + ActForm.MostOctetsOf(operation.Interface)
            + ActForm.MostOctetsOf(operation.Operation))) return false;
        var to = Open();
        to.Write(arrivalUnixMilliseconds);
        to.Write(operation.AtUnixMilliseconds);
        to.Write(operation.Client);
        to.Write(operation.Server);
        to.Write(operation.ClientPort);
        to.Write(operation.ServerPort);
        to.Write(operation.Uid);
        to.Write(operation.Interface);
        to.Write(operation.Operation);
        return Close(ActChangeKind.Operation, to);
    }

    /// <inheritdoc cref="TryAdd(in ActivityChange)"/>
    public bool TryAdd(in AddressLease lease, long arrivalUnixMilliseconds)
    {
        if (!HasRoom(ActForm.LeaseOctets)) return false;
        var to = Open();
        to.Write(arrivalUnixMilliseconds);
        to.Write(lease.Address);
        to.Write(lease.Machine);
        to.Write(lease.StartUnixMilliseconds);
        to.Write(lease.EndUnixMilliseconds);
        return Close(ActChangeKind.Lease, to);
    }

    /// <inheritdoc cref="TryAdd(in ActivityChange)"/>
    public bool TryAdd(Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        if (!HasRoom(ActForm.VerdictOctets + ActForm.MostOctetsOf(verdict.Who) + ActForm.MostOctetsOf(verdict.Why))) return false;
        var to = Open();
        to.Write(verdict.Client);
        to.Write(verdict.Server.GetValueOrDefault());
        to.Write(verdict.ClientPeriod);
        to.Write(verdict.ServerPeriod);
        to.Write(verdict.AtUnixMilliseconds);
        to.Write(verdict.ExpiresUnixMilliseconds.GetValueOrDefault());
        to.Write((byte)verdict.Kind);
        to.Write((byte)verdict.Meaning);
        to.Write(verdict.Server is null ? (byte)0 : (byte)1);
        to.Write(verdict.ExpiresUnixMilliseconds is null ? (byte)0 : (byte)1);
        to.Write(verdict.Who);
        to.Write(verdict.Why);
        return Close(ActChangeKind.Verdict, to);
    }

    /// <inheritdoc cref="TryAdd(in ActivityChange)"/>
    public bool TryAdd(ToldRole told)
    {
        ArgumentNullException.ThrowIfNull(told);
        if (!HasRoom(ActForm.ToldRoleOctets + ActForm.MostOctetsOf(told.Who) + ActForm.MostOctetsOf(told.Why))) return false;
        var to = Open();
        to.Write(told.Hosts.Network);
        to.Write(told.AtUnixMilliseconds);
        to.Write((byte)told.Hosts.Bits);
        to.Write(told.Role is { } role ? (byte)role : ActForm.NoRole);
        to.Write(told.Who);
        to.Write(told.Why);
        return Close(ActChangeKind.ToldRole, to);
    }

    /// <summary>Adds what else was done; false when the message is full.</summary>
    /// <param name="topic">What it is about.</param>
    /// <param name="content">In a form that the topic's owner knows; at most <see cref="MostContentOctets"/>.</param>
    public bool TryAdd(string topic, ReadOnlySpan<byte> content)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, MostContentOctets, nameof(content));
        if (!HasRoom(ActForm.MostOctetsOf(topic) + content.Length)) return false;
        var to = Open();
        to.Write(topic);
        to.Write(content);
        return Close(ActChangeKind.Deed, to);
    }

    /// <summary>Ends the message, with or without changes, and begins the next.</summary>
    /// <param name="inputOffset">Of the batch that led to the changes; where there is no partition, the source's own sequence.</param>
    /// <param name="watermarkUnixMilliseconds">The clock of the partition.</param>
    /// <param name="isLast">False when more changes of the same offset come in another message.</param>
    /// <returns>The message; good until the next call.</returns>
    public ReadOnlyMemory<byte> Finish(ulong inputOffset, long watermarkUnixMilliseconds, bool isLast = true)
    {
        WriteHeader(inputOffset, watermarkUnixMilliseconds, isLast);
        _exporters.WriteTo(_octets.AsSpan(_place));
        _place += _exporters.Octets;
        _source.CopyTo(_octets.AsSpan(_place));
        var message = _octets.AsMemory(0, _place + _source.Length);
        _part = isLast ? 0 : _part + 1;
        Begin();
        return message;
    }

    private bool TryAdd(ActChangeKind kind, ActivityChangeKind step, in RpcActivity fact)
    {
        var numNew = 0;
        for (var i = 0; i < fact.Exporters.Count; i++) numNew += _exporters.Has(fact.Exporters.IdAt(i)) ? 0 : 1;
        if (!HasRoom(ActFact.OctetsOf(fact) + (numNew * WireForm.AddressOctets))) return false;
        var to = Open();
        ActFact.Write(ref to, fact, step, _exporters);
        return Close(kind, to);
    }

    private bool HasRoom(int most) =>
        _octets.Length - _place - _exporters.Octets - _source.Length >= ActForm.ChangeHeaderOctets + most;

    private ActCursor Open() => new(_octets.AsSpan(_place + ActForm.ChangeHeaderOctets));

    private bool Close(ActChangeKind kind, in ActCursor body)
    {
        var header = _octets.AsSpan(_place, ActForm.ChangeHeaderOctets);
        BinaryPrimitives.WriteInt32LittleEndian(header, body.Place);
        BinaryPrimitives.WriteUInt32LittleEndian(header[sizeof(int)..], (byte)kind);
        _place += ActForm.ChangeHeaderOctets + body.Place;
        NumChanges++;
        return true;
    }

    private void Begin()
    {
        (_place, NumChanges) = (WireForm.HeaderOctets, 0);
        _exporters.Clear();
    }

    private void WriteHeader(ulong inputOffset, long watermark, bool isLast)
    {
        var header = new ActCursor(_octets.AsSpan(0, WireForm.HeaderOctets));
        header.Write(ActForm.Magic);
        header.Write(ActForm.Version);
        header.Write(_partition);
        header.Write(_epoch);
        header.Write(inputOffset);
        header.Write(watermark);
        header.Write(_part);
        header.Write((uint)NumChanges);
        header.Write((uint)(_place - WireForm.HeaderOctets));
        header.Write((ushort)_exporters.Count);
        header.Write((byte)_source.Length);
        header.Write(isLast ? (byte)1 : (byte)0);
        header.Write(0L);
        header.Write(0L);
    }
}
