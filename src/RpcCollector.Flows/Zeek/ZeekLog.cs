namespace RpcCollector.Flows.Zeek;

/// <summary>
/// Reads the lines of one file, JSON or Zeek's own format; each counts as received and, here or by the reader of its log, as used or
/// rejected. Headers and blank lines do not count.
/// </summary>
/// <param name="byName">The log that the file's name points to.</param>
public sealed class ZeekLog(ZeekLogKind byName, HopCounters counters)
{
    /// <summary>Zeek writes no longer lines.</summary>
    public const int MaxLineLength = 1 << 20;

    private readonly ZeekTable _table = new();

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The values of the line read last.</summary>
    public ZeekLine Line { get; } = new();

    /// <summary>True once a header has named the columns.</summary>
    public bool HasHeader => _table.HasHeader;

    /// <summary>Reads a line without its end.</summary>
    /// <returns>The log that the line belongs to; <see cref="ZeekLogKind.Unknown"/> when the line is not used.</returns>
    public ZeekLogKind Read(ReadOnlySpan<byte> octets)
    {
        if (TryReadHeader(octets)) return ZeekLogKind.Unknown;
        octets = Trim(octets);
        counters.Receive(Hop.ZeekLine);
        Line.Clear();
        var isJson = octets[0] == '{';
        if (!isJson && !_table.HasHeader) return Reject(Rejection.LineBeforeHeader);
        if (!(isJson ? ZeekJson.TryRead(octets, Line) : _table.TryRead(octets, Line))) return Reject(Rejection.MalformedLine);
        var kind = Of(isJson);
        return kind is ZeekLogKind.Unknown or ZeekLogKind.Other ? Reject(Rejection.OtherLog) : kind;
    }

    /// <summary>Reads a line of a header, or a blank one; false for any other line, which is left alone.</summary>
    public bool TryReadHeader(ReadOnlySpan<byte> octets)
    {
        octets = Trim(octets);
        if (octets is not ([] or [(byte)'#', ..])) return false;
        _table.ReadHeader(octets);
        return true;
    }

    /// <summary>
    /// The line without what stands around it: its end, a byte order mark (each of several files put together may have one) and, before
    /// an object or a header, blanks; before columns a blank may be a value.
    /// </summary>
    internal static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> octets)
    {
        octets = octets.TrimEnd("\r "u8);
        if (octets.StartsWith(ByteOrderMark)) octets = octets[ByteOrderMark.Length..];
        var text = octets.TrimStart(" \t"u8);
        return text is [] or [(byte)'{' or (byte)'#', ..] ? text : octets;
    }

    /// <summary>Counts a line of more than <see cref="MaxLineLength"/>.</summary>
    public void RejectLongLine()
    {
        counters.Receive(Hop.ZeekLine);
        Reject(Rejection.LineTooLong);
    }

    /// <summary>The log by what the line or its header states, then by the file's name, then by fields that only one log has.</summary>
    private ZeekLogKind Of(bool isJson)
    {
        if (Line.Has(ZeekField.Log)) return ZeekLogKinds.Of(Line[ZeekField.Log]);
        if (!isJson && _table.Kind != ZeekLogKind.Unknown) return _table.Kind;
        if (byName != ZeekLogKind.Unknown) return byName;
        if (Line.Has(ZeekField.Operation) && Line.Has(ZeekField.Endpoint)) return ZeekLogKind.DceRpc;
        return Line.Has(ZeekField.ConnState) ? ZeekLogKind.Conn : OfNames();
    }

    private ZeekLogKind OfNames()
    {
        if (Line.Has(ZeekField.MessageTypes)) return ZeekLogKind.Dhcp;
        if (Line.Has(ZeekField.QueryType)) return ZeekLogKind.Dns;
        if (Line.Has(ZeekField.ServerNetBiosName) || Line.Has(ZeekField.ServerDnsName)) return ZeekLogKind.Ntlm;
        if (Line.Has(ZeekField.RequestType) && Line.Has(ZeekField.Principal)) return ZeekLogKind.Kerberos;
        if (Line[ZeekField.Action].StartsWith("SMB::"u8) && Line.Has(ZeekField.FileName)) return ZeekLogKind.SmbFiles;
        return Line.Has(ZeekField.ShareType) && Line.Has(ZeekField.SharePath) ? ZeekLogKind.SmbMapping : ZeekLogKind.Unknown;
    }

    private ZeekLogKind Reject(Rejection reason)
    {
        counters.Reject(Hop.ZeekLine, reason);
        return ZeekLogKind.Unknown;
    }
}
