using System.Globalization;
using System.Text;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Flows.Suricata;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Names;

/// <summary>Reads Suricata's events of the types dhcp, dns, krb5 and smb into the book of names.</summary>
internal sealed class EveNameReader(NameBook names, HopCounters counters)
{
    private const ushort KerberosPort = 88;
    private const int NumParts = 3;
    private const uint LogonFailed = 0xC000_006D;

    private readonly AskingClients _asking = new();

    /// <summary>Reads an event of the type dhcp, dns or krb5; it counts as used when it named something, or is part of a lease.</summary>
    /// <param name="lease">A lease, for the judge; null when the event is none.</param>
    public void Read(EveEvent read, EveEventKind kind, out AddressLease? lease)
    {
        lease = null;
        if (!ZeekValue.TryReadTime(read[EveField.Timestamp], out var microseconds))
        {
            counters.Reject(Hop.SuricataLine, Rejection.NoStartTime);
            return;
        }

        var at = microseconds / 1000;
        var isUsed = kind switch
        {
            EveEventKind.Dhcp => ReadLease(read, at, out lease),
            EveEventKind.Dns => ReadAnswers(read, at),
            _ => ReadTicket(read, at),
        };
        if (isUsed) counters.Use(Hop.SuricataLine);
        else counters.Reject(Hop.SuricataLine, Rejection.NamesNothing);
    }

    /// <summary>Reads an event of the type smb, which may be an RPC operation, too; nothing is counted.</summary>
    /// <returns>True when it named something.</returns>
    public bool ReadSmb(EveEvent read)
    {
        if (!read.Has(EveField.NtlmUser) && !read.Has(EveField.SharePath)) return false;
        if (!ZeekValue.TryReadTime(read[EveField.Timestamp], out var microseconds)) return false;
        if (!TryReadEnds(read, WellKnownPort.IsRemoteAdministration, out var client, out var server)) return false;
        var at = microseconds / 1000;
        var isUsed = names.Learn(server, NameSource.Smb, Logon.ServerOf(read[EveField.SharePath]), at);
        if (!read.Has(EveField.NtlmUser)) return isUsed;
        return Logon.TakeNtlm(
            names, client, server, read[EveField.NtlmDomain], read[EveField.NtlmUser], read[EveField.NtlmHost], [],
            SucceededOf(read[EveField.SmbStatus]), at) || isUsed;
    }

    private bool ReadLease(EveEvent read, long at, out AddressLease? lease)
    {
        lease = null;
        var machine = MachineAddress.Of(read[EveField.ClientMac]);
        if (machine == 0) machine = MachineAddress.Of(read[EveField.ClientId]);
        var type = read[EveField.DhcpType];
        if (!Ascii.EqualsIgnoreCase(type, "ack"u8))
        {
            // Who asks says its name, and the answer does not repeat it.
            var isDiscovery = Ascii.EqualsIgnoreCase(type, "discover"u8);
            return (isDiscovery || Ascii.EqualsIgnoreCase(type, "request"u8))
                && _asking.Note(machine, read[EveField.HostName], isDiscovery, at);
        }

        // Who renews a lease has its address already.
        if ((!ZeekValue.TryReadAddress(read[EveField.AssignedAddress], out var address) || !address.IsConnectable)
            && !ZeekValue.TryReadAddress(read[EveField.ClientAddress], out address)) return false;
        var (said, isFresh) = _asking.Of(machine, at);
        var length = ZeekValue.ReadDuration(read[EveField.LeaseTime]) / 1000;
        return Leases.Take(
            names, address, machine, read.Has(EveField.HostName) ? read[EveField.HostName] : said, [], length, isFresh, at, out lease);
    }

    private bool ReadAnswers(EveEvent read, long at)
    {
        if (!read[EveField.DnsType].SequenceEqual("answer"u8) && !read[EveField.DnsType].SequenceEqual("response"u8)) return false;

        // Before version 2 of its form an event was about one answer.
        if (!read.Has(EveField.Answers))
            return ReadRecord(read[EveField.RecordName], read[EveField.RecordType], read[EveField.RecordData], at);
        var answers = read[EveField.Answers];
        Span<Range> parts = stackalloc Range[NumParts];
        ReadOnlySpan<byte> name = [];
        HostAddress? only = null;
        var (isUsed, count) = (false, 0);
        foreach (var place in answers.Split(ZeekLine.ListSeparator))
        {
            parts[count++] = place;
            if (count < NumParts) continue;
            count = 0;
            var type = answers[parts[1]];
            if (DnsRecord.IsPointerType(type)) isUsed |= ReadRecord(answers[parts[0]], type, answers[parts[2]], at);
            if (!DnsRecord.IsAddressType(type) || !ZeekValue.TryReadAddress(answers[parts[2]], out var address)) continue;
            if (only is { } other && other != address) return isUsed;
            only = address;
            name = answers[parts[0]];
        }

        return (only is { } found && DnsRecord.Take(names, found, name, at)) || isUsed;
    }

    private bool ReadRecord(ReadOnlySpan<byte> name, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, long at)
    {
        HostAddress address;
        if (DnsRecord.IsPointerType(type))
            return DnsRecord.TryReadReversed(name, out address) && DnsRecord.Take(names, address, data, at);
        return DnsRecord.IsAddressType(type) && ZeekValue.TryReadAddress(data, out address) && DnsRecord.Take(names, address, name, at);
    }

    private bool ReadTicket(EveEvent read, long at)
    {
        if (!TryReadEnds(read, port => port == KerberosPort, out var client, out var controller)) return false;
        var message = read[EveField.KerberosMessage];
        var isFailure = message.SequenceEqual("KRB_ERROR"u8);

        // Every logon begins with being told to prove who it is.
        if (isFailure && read[EveField.KerberosError].IndexOf("PREAUTH_REQUIRED"u8) >= 0) return false;
        if (!isFailure && !message.SequenceEqual("KRB_AS_REP"u8) && !message.SequenceEqual("KRB_TGS_REP"u8)) return false;
        return Logon.TakeKerberos(
            names, client, controller, read[EveField.KerberosClient], read[EveField.KerberosRealm], read[EveField.KerberosService],
            !isFailure, at);
    }

    /// <summary>Some versions write an event with the ends of the packet that completed it, which may be the answer.</summary>
    private static bool TryReadEnds(EveEvent read, Func<ushort, bool> isServer, out HostAddress client, out HostAddress server)
    {
        server = default;
        if (!ZeekValue.TryReadAddress(read[EveField.Source], out client)
            || !ZeekValue.TryReadAddress(read[EveField.Destination], out server)
            || !HostAddress.CanConnect(client, server)) return false;
        if (ZeekValue.TryReadPort(read[EveField.SourcePort], out var clientPort) && isServer(clientPort)
            && !(ZeekValue.TryReadPort(read[EveField.DestinationPort], out var serverPort) && isServer(serverPort)))
            (client, server) = (server, client);
        return true;
    }

    private static bool? SucceededOf(ReadOnlySpan<byte> status)
    {
        if (status.StartsWith("0x"u8)) status = status[2..];
        if (!uint.TryParse(status, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)) return null;
        return code == 0 ? true : code >= LogonFailed ? false : null;
    }
}
