using System.Globalization;
using System.Text;
using RpcCollector.Files;
using RpcCollector.Flows;

namespace RpcCollector.Names;

/// <summary>
/// Reads a names file: CSV (RFC 4180, one row a line) below a line that names the columns; blank lines and lines that begin with # do not
/// count.
/// </summary>
internal sealed class NameFileReader
{
    /// <summary>Larger than any list of a person's.</summary>
    public const int MaxBytes = 64 << 20;

    private const int LongestLine = 4_096;

    // Beyond so many, rows that cannot be used are counted, and not named.
    private const int MostNamed = 10;

    private static readonly string[][] Columns =
    [
        ["address", "prefix", "ip", "cidr", "network"], ["name", "host", "hostname", "host_name"], ["kind", "role", "type"], ["owner"],
        ["site", "location"], ["tags", "tag"],
    ];

    private readonly Dictionary<(HostAddress Network, int Bits), FileRow> _rows = [];
    private readonly List<string> _refusals = [];
    private readonly int[] _columns = new int[Columns.Length];
    private int _numColumns;
    private char _separator;

    private NameFileReader()
    {
    }

    /// <summary>Lines that could not be used, each with the reason, as far as they are named.</summary>
    public IReadOnlyList<string> Refusals => _refusals;

    public int NumRefused { get; private set; }

    public NameFile File => NameFile.Of(_rows);

    /// <exception cref="InvalidDataException">It is no names file: there is no header, or no row of it can be used.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static NameFileReader Read(string path)
    {
        using var stream = RegularFile.OpenStream(path, 1 << 16);
        if (stream.Length > MaxBytes) throw new InvalidDataException($"it has more than {MaxBytes >> 20} MiB");
        using var text = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: false));
        var reader = new NameFileReader();
        reader.Read(text);
        return reader;
    }

    private void Read(StreamReader text)
    {
        var number = 0;
        while (text.ReadLine() is { } line)
        {
            number++;
            if (line.AsSpan().Trim().IsEmpty || line[0] == '#') continue;
            if (line.Length > LongestLine) Refuse(number, $"it has more than {LongestLine} characters");
            else if (_numColumns == 0) ReadHeader(line);
            else if (Refusal(line) is { } why) Refuse(number, why);
        }

        if (_numColumns == 0)
            throw new InvalidDataException("it is empty: it begins with a line such as address,name,kind,owner,site,tags");
        if (_rows.Count == 0 && NumRefused > 0) throw new InvalidDataException($"no row of it can be used: {_refusals[0]}");
    }

    private void ReadHeader(string line)
    {
        _separator = line.Contains(',', StringComparison.Ordinal) ? ',' : line.Contains(';', StringComparison.Ordinal) ? ';'
            : line.Contains('\t', StringComparison.Ordinal) ? '\t' : ',';
        if (!TrySplit(line, out var names)) throw new InvalidDataException("a quote of its first line is not closed");
        _numColumns = names.Count;
        for (var column = 0; column < Columns.Length; column++)
        {
            _columns[column] = names.FindIndex(name => Columns[column].Contains(name.Trim(), StringComparer.OrdinalIgnoreCase));
        }

        if (_columns[0] < 0)
            throw new InvalidDataException(
                "its first line names no column address or prefix: it begins with a line such as address,name,kind,owner,site,tags");
    }

    /// <summary>Takes a row, or says why it cannot be used.</summary>
    private string? Refusal(string line)
    {
        if (!TrySplit(line, out var values)) return "a quote is not closed";
        if (values.Count > _numColumns) return $"{values.Count} values below {_numColumns} columns";
        string Value(int column) => _columns[column] is >= 0 and var at && at < values.Count ? values[at].Trim() : "";
        if (!AddressPrefix.TryParse(Value(0), out var hosts)) return "neither an address nor a prefix such as 10.20.0.0/16";
        var labels = new string?[Columns.Length];
        for (var column = 1; column < Columns.Length - 1; column++)
        {
            var value = Value(column);
            if (value is "" or "-") continue;
            if (!NameText.TryCleanLabel(value, out labels[column]))
                return $"its {Columns[column][0]} has a character that names do not have, or more than {HostName.MaxLength}";
        }

        var tags = Value(Columns.Length - 1).Split((char[])[' ', ';', '|', ','], StringSplitOptions.RemoveEmptyEntries);
        for (var tag = 0; tag < tags.Length; tag++)
        {
            if (!NameText.TryCleanLabel(tags[tag], out var label)) return "a tag has a character that names do not have";
            tags[tag] = label;
        }

        if (tags.Length == 0 && labels.All(label => label is null)) return "it says nothing of its address";
        var row = new FileRow(labels[1], labels[2], labels[3], labels[4], tags, hosts.IsSingle);
        return _rows.TryAdd((hosts.Network, hosts.Bits), row) ? null : "its address stands in an earlier line, too";
    }

    private void Refuse(int number, string why)
    {
        NumRefused++;
        if (_refusals.Count < MostNamed) _refusals.Add(string.Create(CultureInfo.InvariantCulture, $"line {number}: {why}"));
    }

    /// <returns>False when a quote is not closed.</returns>
    private bool TrySplit(string line, out List<string> values)
    {
        values = [];
        var value = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && isQuoted && i + 1 < line.Length && line[i + 1] == '"') value.Append(line[++i]);
            else if (line[i] == '"' && (isQuoted || value.ToString().Trim().Length == 0)) isQuoted = !isQuoted;
            else if (line[i] == _separator && !isQuoted)
            {
                values.Add(value.ToString());
                value.Clear();
            }
            else
            {
                value.Append(line[i]);
            }
        }

        values.Add(value.ToString());
        return !isQuoted;
    }
}
