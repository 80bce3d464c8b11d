using System.Net;
using System.Text;

namespace RpcCollector.Http.Console;

/// <summary>What every page of the console says all the time, such as that what it shows is made up.</summary>
internal sealed record ConsoleNotice(string Text)
{
    private const string Root = "<html";

    /// <summary>Writes it where the style sheet finds it.</summary>
    public static byte[] Put(string text, byte[] index)
    {
        var page = Encoding.UTF8.GetString(index);
        var root = page.IndexOf(Root, StringComparison.Ordinal);
        return root < 0
            ? index
            : Encoding.UTF8.GetBytes(page.Insert(root + Root.Length, $" data-notice=\"{WebUtility.HtmlEncode(text)}\""));
    }
}
