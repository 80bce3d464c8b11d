using System.Text;
using RpcCollector.Files;
using RpcCollector.Options;

namespace RpcCollector.Accounts;

/// <summary>The text of a file of users or tokens, of which a wrong one is refused in one sentence.</summary>
internal static class AccountText
{
    /// <returns>Null when there is no file.</returns>
    /// <exception cref="StartupException">It cannot be read, or is too long.</exception>
    public static string? Read(string path, int maxCharacters)
    {
        try
        {
            using var file = RegularFile.OpenStream(path);
            if (file.Length > maxCharacters) throw TooLong(path, maxCharacters);
            var octets = new byte[file.Length];
            return Encoding.UTF8.GetString(octets, 0, file.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false));
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"'{path}' cannot be read: {failure.Message}", failure);
        }
    }

    /// <exception cref="StartupException">It cannot be read or written, or is too long.</exception>
    public static void Change(string path, int maxCharacters, Func<string?, string?> change)
    {
        try
        {
            // What would not be read again is not written.
            ReplacedFile.Change(path, former =>
            {
                if (former?.Length > maxCharacters) throw TooLong(path, maxCharacters);
                var next = change(former);
                return next is null || Encoding.UTF8.GetByteCount(next) <= maxCharacters ? next : throw TooLong(path, maxCharacters);
            });
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"'{path}' cannot be written: {failure.Message}", failure);
        }
    }

    private static StartupException TooLong(string path, int maxCharacters) =>
        new($"'{path}' is longer than {maxCharacters / 1024} KiB.");
}
