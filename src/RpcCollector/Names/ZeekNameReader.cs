using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Names;

/// <summary>Reads lines of Zeek's dhcp, dns, ntlm, kerberos and smb_mapping logs into the book of names.</summary>
internal sealed class ZeekNameReader(NameBook names, HopCounters counters)
{
    /// <summary>Reads a line; it counts as used when it named something, or is a lease.</summary>
    /// <param name="hasToldMore">True when the line told something else: then it counts as used, whatever it names.</param>
    /// <param name="lease">A lease, for the judge; null when the line is none.</param>
    public void Read(ZeekLine line, ZeekLogKind kind, bool hasToldMore, out AddressLease? lease)
    {
        lease = null;
        if (!ZeekValue.TryReadTime(line[ZeekField.Time], out var microseconds))
        {
            counters.Reject(Hop.ZeekLine, Rejection.NoStartTime);
            return;
        }

        var at = microseconds / 1000;
        var isUsed = kind switch
        {
            ZeekLogKind.Dhcp => ReadLease(line, at, out lease),
            ZeekLogKind.Dns => ReadAnswers(line, at),
            _ => ReadConnection(line, kind, at),
        };
        if (isUsed || hasToldMore) counters.Use(Hop.ZeekLine);
        else counters.Reject(Hop.ZeekLine, Rejection.NamesNothing);
    }

    private bool ReadLease(ZeekLine line, long at, out AddressLease? lease)
    {
        lease = null;

        // Versions before 2.6 wrote acknowledged leases only, and no types.
        var isFresh = false;
        if (line.Has(ZeekField.MessageTypes))
        {
            var isAcknowledged = false;
            foreach (var place in line[ZeekField.MessageTypes].Split(ZeekLine.ListSeparator))
            {
                var type = line[ZeekField.MessageTypes][place];
                isAcknowledged |= type.SequenceEqual("ACK"u8);
                isFresh |= type.SequenceEqual("DISCOVER"u8);
            }

            if (!isAcknowledged) return false;
        }

        if (!ZeekValue.TryReadAddress(line[ZeekField.AssignedAddress], out var address)) return false;
        return Leases.Take(
            names, address, MachineAddress.Of(line[ZeekField.Mac]), line[ZeekField.HostName], line[ZeekField.ClientFqdn],
            ZeekValue.ReadDuration(line[ZeekField.LeaseTime]) / 1000, isFresh, at, out lease);
    }

    private bool ReadAnswers(ZeekLine line, long at)
    {
        var query = line[ZeekField.Query];
        var type = line[ZeekField.QueryType];
        var answers = line[ZeekField.Answers];
        if (DnsRecord.IsPointerType(type))
            return DnsRecord.TryReadReversed(query, out var asked) && answers.IndexOf(ZeekLine.ListSeparator) is > 0 and var end
                && DnsRecord.Take(names, asked, answers[..end], at);
        if (!DnsRecord.IsAddressType(type)) return false;

        // The name that the address has stands last of those that lead to it.
        var name = query;
        HostAddress? only = null;
        foreach (var place in answers.Split(ZeekLine.ListSeparator))
        {
            var answer = answers[place];
            if (answer.IsEmpty) continue;
            if (!ZeekValue.TryReadAddress(answer, out var address)) name = answer;
            else if (only is { } other && other != address) return false;
            else only = address;
        }

        return only is { } found && DnsRecord.Take(names, found, name, at);
    }

    private bool ReadConnection(ZeekLine line, ZeekLogKind kind, long at)
    {
        if (!ZeekValue.TryReadAddress(line[ZeekField.OriginatorHost], out var client)
            || !ZeekValue.TryReadAddress(line[ZeekField.ResponderHost], out var server)
                || !HostAddress.CanConnect(client, server)) return false;
        bool? succeeded = line[ZeekField.Success] switch
        {
            [(byte)'T' or (byte)'t', ..] => true,
            [(byte)'F' or (byte)'f', ..] => false,
            _ => null,
        };
        switch (kind)
        {
            case ZeekLogKind.Ntlm:
                var serverName = line[line.Has(ZeekField.ServerDnsName) ? ZeekField.ServerDnsName : ZeekField.ServerNetBiosName];
                return Logon.TakeNtlm(
                    names, client, server, line[ZeekField.UserDomain], line[ZeekField.UserName], line[ZeekField.ClientName], serverName,
                    succeeded, at);
            case ZeekLogKind.Kerberos:
                var principal = line[ZeekField.Principal];
                var slash = principal.LastIndexOf((byte)'/');
                return Logon.TakeKerberos(
                    names, client, server, slash < 0 ? principal : principal[..slash], slash < 0 ? [] : principal[(slash + 1)..],
                    line[ZeekField.KerberosService], succeeded, at);
            default:
                return names.Learn(server, NameSource.Smb, Logon.ServerOf(line[ZeekField.SharePath]), at);
        }
    }
}
