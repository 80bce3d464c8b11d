namespace RpcCollector.Lab.Synthetic;

/// <summary>
/// A Template made from a number: 18 fields as routers export them, rotated by that number, so that no two of the first 18 Templates
/// share their offsets.
/// </summary>
internal sealed class SyntheticTemplate
{
    private const ushort VariableLength = 65_535;
    private const int ApplicationName = 96;
    private const int FirstTemplateId = 256;

    // Information Elements of RFC 5102 that NetFlow v9 (RFC 3954, 8) numbers alike: addresses, next hop, interfaces, packets, octets,
    // the two times, ports, TCP flags, protocol, type of service, autonomous systems, prefix lengths.
    private static readonly (ushort Element, ushort Length)[] Common =
    [
        (8, 4), (12, 4), (15, 4), (10, 4), (14, 4), (2, 8), (1, 8), (Start, 8), (End, 8), (7, 2), (11, 2), (6, 1), (4, 1), (5, 1), (16, 4),
        (17, 4), (9, 1), (13, 1),
    ];

    private const ushort Start = 152;
    private const ushort End = 153;
    private const ushort FirstSwitched = 22;
    private const ushort LastSwitched = 21;

    private static readonly byte[][] Names =
        [.. new[] { "rpc", "tls", "unclassified", "ms-directory-services" }.Select(System.Text.Encoding.ASCII.GetBytes)];

    private readonly (ushort Element, ushort Length)[] _fields;

    // A record with all that is the same in each, and where the fields stand that are not; none where these have no fixed place.
    private readonly byte[] _image = [];
    private readonly (ushort Element, int Offset)[] _varying = [];

    public SyntheticTemplate(int number, ExportVersion version, bool hasVariableLength)
    {
        Id = FirstTemplateId + number;
        var fields = Common.Select(field => version == ExportVersion.Ipfix ? field : Relative(field));

        // Before the ports, so that these have no fixed place.
        if (hasVariableLength) fields = fields.Prepend(((ushort)ApplicationName, VariableLength));
        _fields = [.. fields];
        var turn = number % _fields.Length;
        _fields = [.. _fields[turn..], .. _fields[..turn]];
        if (hasVariableLength) return;
        var image = new byte[_fields.Sum(field => field.Length)];
        var to = new WireWriter(image);
        WriteFields(ref to, default, default);
        _image = image;
        _varying = [.. _fields.Select((field, i) => (field.Element, Offset: _fields[..i].Sum(before => before.Length)))
            .Where(field => IsVarying(field.Element))];
    }

    public int Id { get; }

    public int RecordOctets => 4 + (4 * _fields.Length);

    public void WriteTemplate(ref WireWriter to)
    {
        to.U16(Id);
        to.U16(_fields.Length);
        foreach (var (element, length) in _fields)
        {
            to.U16(element);
            to.U16(length);
        }
    }

    /// <param name="bootUnixMilliseconds">When the exporter started; times of NetFlow v9 count from there.</param>
    public void WriteRecord(ref WireWriter to, in SyntheticFlow flow, long bootUnixMilliseconds)
    {
        if (_image.Length == 0)
        {
            WriteFields(ref to, flow, bootUnixMilliseconds);
            return;
        }

        // A sender must be quicker than who receives: most of a record is copied.
        var record = to.Octets(_image);
        foreach (var (element, offset) in _varying)
        {
            var field = new WireWriter(record[offset..]);
            WriteVarying(ref field, element, flow, bootUnixMilliseconds);
        }
    }

    private static bool IsVarying(ushort element) => element is 8 or 12 or 7 or 11 or Start or End or FirstSwitched or LastSwitched;

    private void WriteFields(ref WireWriter to, in SyntheticFlow flow, long bootUnixMilliseconds)
    {
        foreach (var (element, length) in _fields)
        {
            switch (element)
            {
                case 4: to.U8(6); break;
                case 6: to.U8(0x1B); break;
                case ApplicationName: WriteName(ref to, Names[flow.ClientPort % Names.Length]); break;
                case var varying when IsVarying(varying): WriteVarying(ref to, element, flow, bootUnixMilliseconds); break;
                default: WriteNumber(ref to, element, length); break;
            }
        }
    }

    private static void WriteVarying(ref WireWriter to, ushort element, in SyntheticFlow flow, long bootUnixMilliseconds)
    {
        switch (element)
        {
            case 8: to.U32(flow.Client); break;
            case 12: to.U32(flow.Server); break;
            case 7: to.U16(flow.ClientPort); break;
            case 11: to.U16(flow.ServerPort); break;
            case Start: to.U64((ulong)flow.StartUnixMilliseconds); break;
            case End: to.U64((ulong)flow.EndUnixMilliseconds); break;
            case FirstSwitched: to.U32((uint)(flow.StartUnixMilliseconds - bootUnixMilliseconds)); break;
            case LastSwitched: to.U32((uint)(flow.EndUnixMilliseconds - bootUnixMilliseconds)); break;
        }
    }

    // RFC 7011, 7: one octet of length below 255.
    private static void WriteName(ref WireWriter to, byte[] name)
    {
        to.U8(name.Length);
        to.Octets(name);
    }

    private static void WriteNumber(ref WireWriter to, int value, int length)
    {
        switch (length)
        {
            case 1: to.U8(value); break;
            case 4: to.U32((uint)value); break;
            default: to.U64((ulong)value * 100); break;
        }
    }

    private static (ushort Element, ushort Length) Relative((ushort Element, ushort Length) field) => field.Element switch
    {
        Start => (FirstSwitched, 4),
        End => (LastSwitched, 4),
        _ => field,
    };
}
