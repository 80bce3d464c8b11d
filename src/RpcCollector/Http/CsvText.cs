using System.Buffers;
using System.Text;

namespace RpcCollector.Http;

/// <summary>Rows of comma-separated values (RFC 4180).</summary>
/// <remarks>
/// Spreadsheets run what begins like a formula, wherever they see a cell begin: also behind a separator that they take for theirs, which
/// differs by country. So such a character gets an apostrophe before it, which they show as text. What would end the line of a terminal
/// otherwise than by a line break, or change what it shows, becomes a question mark.
/// </remarks>
internal sealed class CsvText
{
    // With the forms of East Asian keyboards, which some spreadsheets take for the same.
    private const string Formula = "=+-@\uFF1D\uFF0B\uFF0D\uFF20";

    // What some of them pass over at the beginning of a cell.
    private const string PassedOver = "\t\r\n";
    private const string Separators = ",;|\t\r\n";
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",;|\t\r\n\"'");

    private readonly StringBuilder _text = new();
    private bool _isInRow;

    /// <summary>Characters that wait.</summary>
    public int Length => _text.Length;

    public CsvText Cell(string? value)
    {
        if (_isInRow) _text.Append(',');
        _isInRow = true;
        if (string.IsNullOrEmpty(value)) return this;
        var isQuoted = value.AsSpan().ContainsAny(NeedQuotes) || Formula.Contains(value[0], StringComparison.Ordinal);
        if (PassedOver.Contains(value[0], StringComparison.Ordinal)) value = "'" + value;
        if (isQuoted) _text.Append('"');
        Append(value);
        if (isQuoted) _text.Append('"');
        return this;
    }

    public void EndRow()
    {
        _text.Append("\r\n");
        _isInRow = false;
    }

    /// <summary>What waits, as UTF-8; then nothing waits.</summary>
    public byte[] Take()
    {
        var octets = Encoding.UTF8.GetBytes(_text.ToString());
        _text.Clear();
        return octets;
    }

    private void Append(string value)
    {
        var mayBegin = true;
        foreach (var character in value)
        {
            if (mayBegin && Formula.Contains(character, StringComparison.Ordinal)) _text.Append('\'');
            if (character == '"') _text.Append('"');
            _text.Append(IsUnsafe(character) ? '?' : character);
            mayBegin = Separators.Contains(character, StringComparison.Ordinal) || (mayBegin && char.IsWhiteSpace(character));
        }
    }

    private static bool IsUnsafe(char character) =>
        (char.IsControl(character) && character is not ('\t' or '\r' or '\n')) || character is '\u2028' or '\u2029';
}
