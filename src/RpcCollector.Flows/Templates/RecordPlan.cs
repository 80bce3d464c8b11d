using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using RpcCollector.Flows.Elements;

namespace RpcCollector.Flows.Templates;

/// <summary>How to read the records of one Template: the places of the fields we use, compiled once from its Field Specifiers.</summary>
/// <remarks>
/// A Template with variable-length fields has no fixed places. Its records are first gathered: the used fields are copied, one behind
/// the other, into a scratch record, whose places are fixed; everything after that is the same for both.
/// </remarks>
internal sealed class RecordPlan
{
    /// <summary>
    /// Octets that the scratch record of a variable-length plan needs at most: every role once, addresses 16, the rest at most 8.
    /// </summary>
    public const int MaxScratchLength = 512;

    private readonly Slot[] _slots = new Slot[FieldRoles.Count];

    // Only for Templates whose records are flows; for a variable-length Template these are places in the scratch record.
    private readonly FieldPlace[] _places = [];

    // For variable-length Templates: each field's length, and its place in the scratch record or -1.
    private readonly ushort[] _lengths;
    private readonly short[] _scratchOffsets;

    // The octets of each run of fixed-length fields: before each variable-length field, and after the last. And the run that holds
    // protocol and ports.
    private readonly int[] _runs;
    private readonly int _decidingRun;

    public RecordPlan(FieldSpecifier[] fields)
    {
        Fields = fields;
        foreach (var field in fields)
        {
            IsVariableLength |= field.IsVariableLength;
            MinimumLength += field.MinimumLength;
        }

        // Fields of no octets hold nothing: only with them could a record name more fields than it has octets.
        var numGathered = IsVariableLength ? fields.Count(field => field.Length > 0) : 0;
        (_lengths, _scratchOffsets) = (new ushort[numGathered], new short[numGathered]);
        _runs = IsVariableLength ? new int[fields.Count(field => field.IsVariableLength) + 1] : [];
        var deciding = new (int Run, int Offset)[(int)FieldRole.DestinationPort + 1];
        var (place, run, placeInRun, gathered) = (0, 0, 0, 0);
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[i];
            var role = field.IsScope ? FieldRoles.OfScope(field) : FieldRoles.Of(field);
            // When an element is repeated, position decides (RFC 7011, 8): the first is the outermost, which routers saw.
            var isUsed = role != FieldRole.None && !_slots[(int)role].IsPresent && place <= ushort.MaxValue;
            SpeaksOfInterface |= isUsed && field.IsScope && role == FieldRole.IngressInterface;
            if (isUsed) _slots[(int)role] = new Slot((ushort)place, (byte)field.Length);
            if (isUsed && (int)role < deciding.Length) deciding[(int)role] = (run, placeInRun);
            placeInRun += field.Length;
            if (field.IsVariableLength) (run, placeInRun) = (run + 1, 0);
            else if (IsVariableLength) _runs[run] = placeInRun;
            if (!IsVariableLength)
            {
                place += field.Length;
                continue;
            }

            if (field.Length > 0)
                (_lengths[gathered], _scratchOffsets[gathered++]) = (field.Length, isUsed ? (short)place : (short)-1);
            if (isUsed) place += field.Length;
        }

        HasIPv4 = this[FieldRole.SourceIPv4].IsPresent && this[FieldRole.DestinationIPv4].IsPresent;
        HasIPv6 = this[FieldRole.SourceIPv6].IsPresent && this[FieldRole.DestinationIPv6].IsPresent;
        IsTransportFlow = (HasIPv4 || HasIPv6) && this[FieldRole.Protocol].IsPresent
            && this[FieldRole.SourcePort].IsPresent && this[FieldRole.DestinationPort].IsPresent;
        NeedsSystemInitTime = IsTransportFlow && this[FieldRole.StartSysUpTime].IsPresent && !this[FieldRole.SystemInitTime].IsPresent
            && !this[FieldRole.StartMilliseconds].IsPresent && !this[FieldRole.StartMicroseconds].IsPresent
                && !this[FieldRole.StartSeconds].IsPresent;
        HasTimesInMilliseconds = this[FieldRole.StartMilliseconds].IsPresent && this[FieldRole.EndMilliseconds].IsPresent;
        HasTimesBySysUpTimeAlone = this[FieldRole.StartSysUpTime].IsPresent && this[FieldRole.EndSysUpTime].IsPresent
            && !HasAny(FieldRole.StartMilliseconds, FieldRole.EndSeconds);
        if (IsTransportFlow)
        {
            // A flow between transport endpoints has 13 octets at least.
            _places = new FieldPlace[FieldRoles.Count];
            for (var role = 0; role < _places.Length; role++)
                _places[role] = new FieldPlace(_slots[role], IsVariableLength ? MaxScratchLength : MinimumLength);
        }

        (_decidingRun, ProtocolOffset) = deciding[(int)FieldRole.Protocol];
        (var sourceRun, SourcePortOffset) = deciding[(int)FieldRole.SourcePort];
        (var destinationRun, DestinationPortOffset) = deciding[(int)FieldRole.DestinationPort];
        HasUsualPorts = IsTransportFlow && this[FieldRole.Protocol].Length == 1 && this[FieldRole.SourcePort].Length == 2
            && this[FieldRole.DestinationPort].Length == 2
            && sourceRun == _decidingRun && destinationRun == _decidingRun;
        HasTranslation = HasAny(FieldRole.PostSourceIPv4, FieldRole.PostDestinationPort);
        IsTranslationLog = this[FieldRole.NatEvent].IsPresent && !HasAny(FieldRole.Octets, FieldRole.ReversePackets)
            && !HasAny(FieldRole.StartMilliseconds, FieldRole.DurationMicroseconds);
        HasEvents = HasAny(FieldRole.EndReason, FieldRole.ForwardingStatus);
        HasObservationTime = HasAny(FieldRole.ObservationSeconds, FieldRole.ObservationMicroseconds);
        IsBidirectionalEvent = this[FieldRole.FirewallEvent].IsPresent && fields.Any(IsOfSession);
        StatesSampling = HasAny(FieldRole.SamplingInterval, FieldRole.SamplingProbability);
        HasReverse = this[FieldRole.ReverseOctets].IsPresent || this[FieldRole.ReversePackets].IsPresent
            || this[FieldRole.ReverseTcpFlags].IsPresent;
    }

    /// <summary>The layout that this reads.</summary>
    public FieldSpecifier[] Fields { get; }

    /// <summary>Octets of every record, or of the shortest when <see cref="IsVariableLength"/>.</summary>
    public int MinimumLength { get; }

    public bool IsVariableLength { get; }

    public bool HasIPv4 { get; }

    public bool HasIPv6 { get; }

    public bool HasReverse { get; }

    /// <summary>True when a record says itself how packets were sampled.</summary>
    public bool StatesSampling { get; }

    /// <summary>True when a record names the selector or sampler that chose its packets (IE 302, 48).</summary>
    public bool NamesSelector => this[FieldRole.Selector].IsPresent;

    /// <summary>True for options data whose scope is an interface.</summary>
    public bool SpeaksOfInterface { get; }

    /// <summary>True when protocol and ports take one octet and two each, and no variable-length field lies between them.</summary>
    public bool HasUsualPorts { get; }

    /// <summary>
    /// The protocol's offset in a record; for a variable-length Template it counts from the place that <see cref="Measure"/> returns,
    /// and so do the ports' offsets.
    /// </summary>
    public int ProtocolOffset { get; }

    public int SourcePortOffset { get; }

    public int DestinationPortOffset { get; }

    /// <summary>True when a record may say what address translation made of its ends (IE 225 to 228, 281 and 282).</summary>
    public bool HasTranslation { get; }

    /// <summary>
    /// True when a record is an entry in the log of a device that translates addresses (IE 230; RFC 8158), with the time of what happened.
    /// </summary>
    public bool IsTranslationLog { get; }

    /// <summary>
    /// True when a record may say who began the flow, why it was exported, or whether it was carried (IE 89, 136, 233, 239).
    /// </summary>
    public bool HasEvents { get; }

    /// <summary>
    /// True when firewallEvent (IE 233) tells of a session, and so the record's source is its initiator: it counts both
    /// directions (IE 231 and 232, 298 and 299) or is an event template of ASA.
    /// </summary>
    /// <remarks>
    /// PAN-OS sends a record for each direction, both with firewallEvent: it says that the session ended, not who began it.
    /// </remarks>
    public bool IsBidirectionalEvent { get; }

    /// <summary>True when a record names the exporter that saw the flow (IE 130 or 131).</summary>
    public bool NamesExporter => this[FieldRole.ExporterIPv4].IsPresent || this[FieldRole.ExporterIPv6].IsPresent;

    /// <summary>True when starts are given only as uptime: in IPFIX they need the exporter's start from options data.</summary>
    public bool NeedsSystemInitTime { get; }

    /// <summary>True when a record says which transport endpoints its flow is between.</summary>
    public bool IsTransportFlow { get; }

    /// <summary>True when starts and ends are given in milliseconds (IE 152 and 153).</summary>
    public bool HasTimesInMilliseconds { get; }

    /// <summary>True when starts and ends are given as uptime (IE 22 and 21) and not as absolute times as well.</summary>
    public bool HasTimesBySysUpTimeAlone { get; }

    /// <summary>True when a record states the moment of an event (IE 322 to 325).</summary>
    public bool HasObservationTime { get; }

    public Slot this[FieldRole role] => _slots[(int)role];

    /// <summary>
    /// The unsigned integer in the field with a role; 0 when the Template has no such field. Only for Templates whose records are
    /// flows.
    /// </summary>
    /// <param name="record">The first octet of a complete record, or of the scratch record.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Read(FieldRole role, ref readonly byte record) => _places[(int)role].Read(in record);

    /// <summary>
    /// Finds the end of the variable-length record at the start of <paramref name="records"/>, and the place from which its protocol
    /// and ports are counted.
    /// </summary>
    /// <returns>The record's length in octets; -1 when a field ends beyond the Set.</returns>
    public int Measure(ReadOnlySpan<byte> records, out int decidingPlace)
    {
        var (place, runs) = (0, _runs);
        decidingPlace = 0;
        for (var run = 0; run < runs.Length - 1; run++)
        {
            if (run == _decidingRun) decidingPlace = place;
            place += runs[run];
            if ((uint)place >= (uint)records.Length) return -1;
            int length = records[place++];
            if (length == 255)
            {
                if (records.Length - place < 2) return -1;
                length = BinaryPrimitives.ReadUInt16BigEndian(records[place..]);
                place += 2;
            }

            place += length;
        }

        if (_decidingRun == runs.Length - 1) decidingPlace = place;
        place += runs[^1];
        return place <= records.Length ? place : -1;
    }

    /// <summary>
    /// Copies the used fields of the variable-length record at the start of <paramref name="records"/> into <paramref name="scratch"/>.
    /// </summary>
    /// <returns>The record's length in octets; -1 when a field ends beyond the Set.</returns>
    public int Gather(ReadOnlySpan<byte> records, Span<byte> scratch)
    {
        var place = 0;
        for (var i = 0; i < _lengths.Length; i++)
        {
            int length = _lengths[i];
            if (length == FieldSpecifier.VariableLength)
            {
                // One octet of length, or 255 and two more (RFC 7011, 7).
                if (place >= records.Length) return -1;
                length = records[place++];
                if (length == 255)
                {
                    if (records.Length - place < 2) return -1;
                    length = BinaryPrimitives.ReadUInt16BigEndian(records[place..]);
                    place += 2;
                }
            }

            if (records.Length - place < length) return -1;
            if (_scratchOffsets[i] >= 0) records.Slice(place, length).CopyTo(scratch[_scratchOffsets[i]..]);
            place += length;
        }

        return place;
    }

    /// <summary>True for an element that only a record about a whole session has: counts of both ends, what ASA alone sends.</summary>
    private static bool IsOfSession(FieldSpecifier field) => field.EnterpriseNumber == 0
        && field.ElementId is InformationElement.InitiatorOctets or InformationElement.ResponderOctets
            or InformationElement.InitiatorPackets or InformationElement.ResponderPackets or InformationElement.ExtendedFirewallEvent
            or InformationElement.FormerFirewallEvent;

    private bool HasAny(FieldRole first, FieldRole last)
    {
        for (var role = first; role <= last; role++)
        {
            if (this[role].IsPresent) return true;
        }

        return false;
    }
}
