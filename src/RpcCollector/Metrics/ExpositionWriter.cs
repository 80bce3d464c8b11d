using System.Globalization;
using System.Text;

namespace RpcCollector.Metrics;

/// <summary>What a family of metrics is, in both formats' words.</summary>
internal enum FamilyKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>Writes families of metrics in one of the two text formats; they differ in a counter's family name, units, escapes and the end.</summary>
internal sealed class ExpositionWriter(ExpositionFormat format)
{
    private readonly StringBuilder _text = new(16 * 1024);
    private string _family = "";

    private bool IsOpenMetrics => format == ExpositionFormat.OpenMetrics;

    /// <param name="name">Without the suffixes _total, _bucket, _sum, _count.</param>
    /// <param name="unit">A unit that ends the name, such as seconds; otherwise it is not written.</param>
    public void Family(string name, FamilyKind kind, string help, string unit)
    {
        _family = name;

        // OpenMetrics names a counter's family without _total; the older format knows no families, only the name of the samples.
        var described = kind == FamilyKind.Counter && !IsOpenMetrics ? name + "_total" : name;
        _text.Append("# HELP ").Append(described).Append(' ');
        Escape(help, quotes: IsOpenMetrics);
        _text.Append("\n# TYPE ").Append(described).Append(' ').Append(kind switch { FamilyKind.Counter => "counter", FamilyKind.Gauge => "gauge", _ => "histogram" }).Append('\n');
        if (IsOpenMetrics && unit.Length > 0 && name.EndsWith("_" + unit, StringComparison.Ordinal))
            _text.Append("# UNIT ").Append(described).Append(' ').Append(unit).Append('\n');
    }

    /// <param name="suffix">_total, _bucket, _sum, _count, or nothing.</param>
    /// <param name="labels">Names and values.</param>
    public void Sample(string suffix, ReadOnlySpan<KeyValuePair<string, string>> labels, double value)
    {
        Series(suffix, labels);
        _text.Append(Number(value)).Append('\n');
    }

    public void Sample(string suffix, ReadOnlySpan<KeyValuePair<string, string>> labels, long value)
    {
        Series(suffix, labels);
        _text.Append(CultureInfo.InvariantCulture, $"{value}\n");
    }

    public byte[] Finish()
    {
        if (IsOpenMetrics) _text.Append("# EOF\n");
        return Encoding.UTF8.GetBytes(_text.ToString());
    }

    /// <summary>The upper bound of a bucket, the same in both formats ("1.0", not "1"), so that a series does not change with what was negotiated.</summary>
    public static string Bound(double bound)
    {
        var text = Number(bound);
        return double.IsInteger(bound) && !text.Contains('E', StringComparison.Ordinal) ? text + ".0" : text;
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private void Series(string suffix, ReadOnlySpan<KeyValuePair<string, string>> labels)
    {
        _text.Append(_family).Append(suffix);
        var separator = '{';
        foreach (var (name, value) in labels)
        {
            _text.Append(separator).Append(name).Append("=\"");
            Escape(value, quotes: true);
            _text.Append('"');
            separator = ',';
        }

        _text.Append(labels.IsEmpty ? " " : "} ");
    }

    private void Escape(string value, bool quotes)
    {
        foreach (var character in value)
        {
            if (character == '\\') _text.Append(@"\\");
            else if (character == '\n') _text.Append(@"\n");
            else if (character == '"' && quotes) _text.Append("\\\"");
            else _text.Append(character);
        }
    }
}
