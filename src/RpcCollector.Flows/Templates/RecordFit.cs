using System.Buffers.Binary;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Templates;

/// <summary>What the values of one record say for and against a layout, in about bits.</summary>
/// <remarks>A value that exporters send for what they do not know, such as a time of zero, says nothing.</remarks>
internal ref struct RecordFit
{
    private const long Day = 86_400_000;

    // Flows that go on for weeks are exported again and again with their first start.
    private const long LongestFlow = 30 * Day;
    private const long LatestAhead = 10_000;
    private const long LongestUptime = 20L * 365 * Day;

    private const int Tcp = 6;
    private const int Udp = 17;

    private readonly ReadOnlySpan<byte> _record;
    private readonly RecordPlan _plan;
    private readonly long _exportUnixMilliseconds;
    private readonly long _arrivalUnixMilliseconds;

    /// <param name="record">A complete record, or the scratch record.</param>
    public RecordFit(RecordPlan plan, ReadOnlySpan<byte> record, in MessageHeader header, long arrivalUnixMilliseconds)
    {
        _plan = plan;
        _record = record;
        (_exportUnixMilliseconds, _arrivalUnixMilliseconds) = (header.ExportUnixMilliseconds, arrivalUnixMilliseconds);
        WeighTransport();
        WeighAddresses();
        WeighTimes();
        if (plan[FieldRole.StartSysUpTime].IsPresent || plan[FieldRole.EndSysUpTime].IsPresent)
            WeighUptimes(header.Version != ExportMessage.Ipfix, header.SysUpTimeMilliseconds);
        WeighCounts();
        WeighCode(FieldRole.EndReason, 5);
        WeighCode(FieldRole.BiflowDirection, 3);
        WeighCode(FieldRole.FirewallEvent, 5);
        WeighInterval(Read(FieldRole.SamplingInterval));
        WeighInterval(Read(FieldRole.SamplerRandomInterval));
    }

    /// <summary>Not below 0.</summary>
    public int For { get; private set; }

    /// <summary>Not above 0.</summary>
    public int Against { get; private set; }

    private readonly bool Has(FieldRole role) => _plan[role].IsPresent;

    private readonly ulong Read(FieldRole role) => _plan[role].Read(_record);

    private void Weigh(int bits)
    {
        if (bits > 0) For += bits;
        else Against += bits;
    }

    private void WeighTransport()
    {
        if (!Has(FieldRole.Protocol)) return;
        var protocol = Read(FieldRole.Protocol);
        Weigh(protocol switch
        {
            Tcp or Udp or 1 => 5,
            2 or 4 or 41 or 46 or 47 or 50 or 51 or 58 or 88 or 89 or 94 or 103 or 112 or 115 or 132 or 136 => 1,
            0 => -3,
            < 146 => -5,
            _ => -8,
        });
        if (Has(FieldRole.TcpFlags))
        {
            var flags = Read(FieldRole.TcpFlags);
            Weigh(protocol == Tcp ? flags > 0x1FF ? -8 : flags <= 0x1F ? 2 : -2 : flags == 0 ? 2 : -1);
        }

        if (protocol is not (Tcp or Udp) || !Has(FieldRole.SourcePort) || !Has(FieldRole.DestinationPort)) return;
        var (source, destination) = (Read(FieldRole.SourcePort), Read(FieldRole.DestinationPort));
        if (source is 0 or > ushort.MaxValue || destination is 0 or > ushort.MaxValue) Weigh(-4);
        else if (IsFamiliar((ushort)source) || IsFamiliar((ushort)destination)) Weigh(6);
    }

    private static bool IsFamiliar(ushort port) =>
        WellKnownPort.IsFamily(port) || port is 22 or 25 or 53 or 67 or 68 or 80 or 123 or 137 or 138 or 161 or 443 or 514 or 3389 or 8080;

    private void WeighAddresses()
    {
        var (hasIPv4, hasIPv6) = (_plan.HasIPv4, _plan.HasIPv6);
        if (hasIPv4) WeighIPv4((uint)Read(FieldRole.SourceIPv4), hasIPv6, isSource: true);
        if (hasIPv4) WeighIPv4((uint)Read(FieldRole.DestinationIPv4), hasIPv6, isSource: false);
        if (hasIPv6) WeighIPv6(_plan[FieldRole.SourceIPv6], hasIPv4, isSource: true);
        if (hasIPv6) WeighIPv6(_plan[FieldRole.DestinationIPv6], hasIPv4, isSource: false);
    }

    private void WeighIPv4(uint address, bool mayBeZero, bool isSource)
    {
        if (address == 0) Weigh(mayBeZero ? 0 : -6);
        else Weigh((address >> 24) switch
        {
            0 => -6,
            10 => 6,
            100 when (address >> 22) == 0x191 => 5,
            127 => -4,
            169 when (address >> 16) == 0xA9FE => 8,
            172 when (address >> 20) == 0xAC1 => 8,
            192 when (address >> 16) == 0xC0A8 => 8,
            >= 224 and < 240 => isSource ? -8 : 0,
            >= 240 => address == uint.MaxValue && !isSource ? 2 : -6,
            _ => 0,
        });
    }

    private void WeighIPv6(Slot slot, bool mayBeZero, bool isSource)
    {
        var octets = _record.Slice(slot.Offset, slot.Length);
        var (high, low) = (BinaryPrimitives.ReadUInt64BigEndian(octets), BinaryPrimitives.ReadUInt64BigEndian(octets[sizeof(ulong)..]));
        if (high == 0) Weigh(low == 0 ? mayBeZero ? 0 : -6 : low >> 32 == 0xFFFF ? 8 : low == 1 ? 8 : -6);
        else if (high == 0xFE80UL << 48) Weigh(8);
        else Weigh((high >> 56) switch { >= 0x20 and <= 0x3F => 3, 0xFC or 0xFD => 6, 0xFF => isSource ? -8 : 5, _ => -6 });
    }

    private void WeighTimes()
    {
        WeighTime((long)Read(FieldRole.StartMilliseconds), bits: 16);
        WeighTime((long)Read(FieldRole.EndMilliseconds), bits: 16);
        WeighTime(NtpTime.ToUnixMilliseconds(Read(FieldRole.StartMicroseconds)), bits: 16);
        WeighTime(NtpTime.ToUnixMilliseconds(Read(FieldRole.EndMicroseconds)), bits: 16);
        WeighTime((long)Read(FieldRole.StartSeconds) * 1000, bits: 12);
        WeighTime((long)Read(FieldRole.EndSeconds) * 1000, bits: 12);
        WeighTime((long)Read(FieldRole.ObservationMilliseconds), bits: 16);
        WeighTime((long)Read(FieldRole.ObservationSeconds) * 1000, bits: 12);
        if (Has(FieldRole.StartMilliseconds) && Has(FieldRole.EndMilliseconds))
            Weigh(Read(FieldRole.StartMilliseconds) <= Read(FieldRole.EndMilliseconds) ? 1 : -4);
        if (Has(FieldRole.SystemInitTime)) WeighSystemInit((long)Read(FieldRole.SystemInitTime));
        if (Read(FieldRole.DurationMilliseconds) is not 0 and var duration) Weigh(duration < Day ? 4 : -4);
    }

    /// <summary>Times lie shortly before the export, or before the arrival when the exporter's clock is wrong.</summary>
    private void WeighTime(long unixMilliseconds, int bits)
    {
        if (unixMilliseconds == 0) return;
        var age = Math.Min(Age(_exportUnixMilliseconds, unixMilliseconds), Age(_arrivalUnixMilliseconds, unixMilliseconds));
        Weigh(age <= Day ? bits : age <= LongestFlow ? bits / 2 : -bits);
    }

    private void WeighSystemInit(long unixMilliseconds)
    {
        if (unixMilliseconds == 0) return;
        var isPossible = unixMilliseconds <= _exportUnixMilliseconds + Day && unixMilliseconds > _exportUnixMilliseconds - LongestUptime;
        Weigh(isPossible ? 8 : -12);
    }

    private static long Age(long now, long then)
    {
        var age = unchecked(now - then);
        return age < -LatestAhead || !UnixTime.IsPlausible(then) ? long.MaxValue : age;
    }

    private void WeighUptimes(bool isKnown, uint sysUpTime)
    {
        var (start, end) = ((uint)Read(FieldRole.StartSysUpTime), (uint)Read(FieldRole.EndSysUpTime));
        if (start == 0 && end == 0) return;
        if (isKnown && Has(FieldRole.StartSysUpTime)) WeighUptime(unchecked((int)(sysUpTime - start)));
        if (isKnown && Has(FieldRole.EndSysUpTime)) WeighUptime(unchecked((int)(sysUpTime - end)));
        if (!Has(FieldRole.StartSysUpTime) || !Has(FieldRole.EndSysUpTime)) return;
        Weigh(unchecked((int)(end - start)) is >= 0 and < (int)Day ? 5 : -5);
    }

    private void WeighUptime(int age) => Weigh(age >= -LatestAhead && age <= Day ? 5 : -6);

    private void WeighCounts()
    {
        WeighSize(FieldRole.Octets);
        WeighSize(FieldRole.Packets);
        WeighSize(FieldRole.ReverseOctets);
        WeighSize(FieldRole.ReversePackets);
        if (!Has(FieldRole.Octets) || !Has(FieldRole.Packets)) return;
        var (octets, packets) = (Read(FieldRole.Octets), Read(FieldRole.Packets));
        if (packets == 0) Weigh(octets == 0 ? 0 : -4);
        else Weigh(octets / packets is >= 20 and <= ushort.MaxValue ? 4 : -3);
    }

    private void WeighSize(FieldRole role)
    {
        if (_plan[role] is not { Length: >= 4 } slot) return;
        var value = slot.Read(_record);
        if (slot.Length == sizeof(ulong)) Weigh(value >> 44 == 0 ? 6 : -8);
        else Weigh(value >> 28 == 0 ? 1 : -1);
    }

    private void WeighInterval(ulong interval)
    {
        if (interval != 0) Weigh(interval <= ushort.MaxValue ? 4 : -4);
    }

    private void WeighCode(FieldRole role, ulong highest)
    {
        if (Has(role)) Weigh(Read(role) <= highest ? 4 : -6);
    }
}
