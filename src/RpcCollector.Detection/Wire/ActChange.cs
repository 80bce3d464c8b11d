using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Detection.Wire;

/// <summary>Reads the changes of a message that are neither activities nor contacts, and looks whether any can be read.</summary>
internal static class ActChange
{
    /// <summary>Why a change cannot be read; reads all of it and keeps nothing.</summary>
    public static WireRejection Check(ActChangeKind kind, ReadOnlySpan<byte> body, int numExporters)
    {
        var from = new ActFields(body, isChecking: true);
        switch (kind)
        {
            case ActChangeKind.Activity or ActChangeKind.Contact:
                Span<ushort> seenBy = stackalloc ushort[ExporterSet.Capacity];
                ActFact.Read(ref from, kind == ActChangeKind.Contact, numExporters, seenBy, out _, out _);
                break;
            case ActChangeKind.Operation:
                ReadOperation(ref from, out _);
                break;
            case ActChangeKind.Lease:
                ReadLease(ref from, out _);
                break;
            case ActChangeKind.Verdict:
                ReadVerdict(ref from);
                break;
            case ActChangeKind.ToldRole:
                ReadToldRole(ref from);
                break;
            case ActChangeKind.Deed:
                ReadDeed(ref from, out _);
                break;
            default:
                return WireRejection.UnknownValue;
        }

        from.Check(from.Rest.IsEmpty, WireRejection.WrongLength);
        return from.Reason;
    }

    public static RpcOperation ReadOperation(ref ActFields from, out long arrival)
    {
        arrival = from.ReadTime();
        return new RpcOperation
        {
            AtUnixMilliseconds = from.ReadTime(),
            Client = from.ReadAddress(),
            Server = from.ReadAddress(),
            ClientPort = from.ReadUInt16(),
            ServerPort = from.ReadUInt16(),
            Uid = from.ReadText()!,
            Interface = from.ReadText()!,
            Operation = from.ReadText()!,
        };
    }

    public static AddressLease ReadLease(ref ActFields from, out long arrival)
    {
        arrival = from.ReadTime();
        return new AddressLease(from.ReadAddress(), (ulong)from.ReadInt64(), from.ReadTime(), from.ReadInt64());
    }

    public static Verdict? ReadVerdict(ref ActFields from)
    {
        var (client, server) = (from.ReadAddress(), from.ReadAddress());
        var (clientPeriod, serverPeriod, at, end) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        var (kind, meaning) = ((FindingKind)from.ReadOctet(), (VerdictMeaning)from.ReadOctet());
        var (hasServer, expires) = (from.ReadFlag(), from.ReadFlag());
        from.Check(Enum.IsDefined(kind) && Enum.IsDefined(meaning), WireRejection.UnknownValue);
        from.Check(clientPeriod >= 0 && serverPeriod >= 0, WireRejection.ImpossibleTime);
        var (who, why) = (from.ReadText(), from.ReadText());
        if (from.Reason != WireRejection.None) return null;
        return new Verdict(kind, client, hasServer ? server : null, meaning, who!, why!, at, expires ? end : null)
        {
            ClientPeriod = clientPeriod,
            ServerPeriod = serverPeriod,
        };
    }

    public static ToldRole? ReadToldRole(ref ActFields from)
    {
        var (network, at, bits, role) = (from.ReadAddress(), from.ReadInt64(), from.ReadOctet(), from.ReadOctet());
        from.Check(bits <= AddressPrefix.AllBits, WireRejection.UnknownValue);
        from.Check(role == ActForm.NoRole || Enum.IsDefined((HostRole)role), WireRejection.UnknownValue);
        var (who, why) = (from.ReadText(), from.ReadText());
        if (from.Reason != WireRejection.None) return null;
        return new ToldRole(AddressPrefix.Around(network, bits), role == ActForm.NoRole ? null : (HostRole)role, who!, why!, at);
    }

    public static string? ReadDeed(ref ActFields from, out ReadOnlySpan<byte> content)
    {
        var topic = from.ReadText();
        content = from.TakeRest();
        return topic;
    }
}
