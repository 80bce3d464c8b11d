using System.Text;

namespace RpcCollector.Naming;

/// <summary>Makes text that others chose fit for one line.</summary>
internal static class Printable
{
    /// <summary>The text, with a question mark for each character that could end the line or change what a terminal shows.</summary>
    public static string Of(string text)
    {
        if (!text.Any(IsUnsafe)) return text;
        var line = new StringBuilder(text.Length);
        foreach (var character in text) line.Append(IsUnsafe(character) ? '?' : character);
        return line.ToString();
    }

    private static bool IsUnsafe(char character) => char.IsControl(character) || character is '\u2028' or '\u2029';
}
