using System.Text;
using RpcCollector.Accounts;
using RpcCollector.Naming;
using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary>Asks for a new password: never on the command line, where every user of the machine could read it.</summary>
internal static class AskedPassword
{
    /// <summary>Twice from a person, who does not see it; once, as a line, from standard input that is no terminal.</summary>
    /// <exception cref="StartupException">Nobody should have it.</exception>
    public static string Read(string name)
    {
        var password = Console.IsInputRedirected ? Console.In.ReadLine() ?? "" : Twice(name);
        return PasswordHash.RefusePassword(password) is { } refusal ? throw new StartupException($"The password: {refusal}") : password;
    }

    private static string Twice(string name)
    {
        var first = Once($"Password for {Printable.Of(name)}: ");
        return first.Equals(Once("Again: "), StringComparison.Ordinal)
            ? first
            : throw new StartupException("The two passwords are not the same.");
    }

    private static string Once(string prompt)
    {
        Console.Error.Write(prompt);
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key != ConsoleKey.Backspace) text.Append(key.KeyChar);
            else if (text.Length > 0) text.Length--;
        }

        Console.Error.WriteLine();
        return text.ToString();
    }
}
