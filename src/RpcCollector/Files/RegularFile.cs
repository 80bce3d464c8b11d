using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RpcCollector.Files;

/// <summary>Opens files that somebody else may have put there: nothing but a regular file, so that opening never waits.</summary>
/// <remarks>
/// Opening a FIFO waits for a writer, opening a device may do anything, and either may be put under a name that a setting states, also
/// while the process runs. Links are followed: what counts is what they name.
/// </remarks>
internal static unsafe partial class RegularFile
{
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint BasicFields = 0x7FF;

    // Where struct statx has the mode, on every architecture; and what the mode says of a regular file.
    private const int AnswerOctets = 256;
    private const int ModeOffset = 28;
    private const int KindMask = 0xF000;
    private const int Regular = 0x8000;

    // O_RDONLY, O_NONBLOCK and O_CLOEXEC, as x86-64 and ARM64 number them.
    private const int ReadWithoutWaiting = 0x8_0800;

    private const int NoSuchFile = 2;
    private const int NotPermitted = 13;

    /// <summary>Opens a file to read it, whoever else reads, writes, renames or deletes it.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="IOException">It is no regular file, or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SafeFileHandle OpenHandle(string path)
    {
        Check(path);
        if (!OperatingSystem.IsLinux())
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var number = Open(path, ReadWithoutWaiting);
        if (number < 0) throw Failure(path, Marshal.GetLastPInvokeError());
        var file = new SafeFileHandle(number, ownsHandle: true);

        // Since the check something else may have taken the name.
        if (KindOf(number, "", EmptyPath) is null or Regular) return file;
        file.Dispose();
        throw NotRegular(path);
    }

    /// <summary>The same as a stream.</summary>
    public static FileStream OpenStream(string path, int bufferBytes = 1 << 12) =>
        new(OpenHandle(path), FileAccess.Read, bufferBytes, isAsync: false);

    public static byte[] ReadAllBytes(string path)
    {
        using var file = OpenStream(path, bufferBytes: 0);
        var octets = new byte[file.Length];
        file.ReadExactly(octets);
        return octets;
    }

    public static string ReadAllText(string path)
    {
        using var reader = new StreamReader(OpenStream(path));
        return reader.ReadToEnd();
    }

    /// <summary>Before a library opens the file by its name: refuses what would make it wait. What is not there is no fault.</summary>
    /// <exception cref="IOException">It is there, and no regular file.</exception>
    public static void Check(string path)
    {
        if (IsOther(path)) throw NotRegular(path);
    }

    /// <summary>True for what is there and no regular file: a folder, a FIFO, a device, a socket, or a link to one.</summary>
    public static bool IsOther(string path) =>
        OperatingSystem.IsLinux() && KindOf(CurrentFolder, path, flags: 0) is { } kind && kind != Regular;

    private static int? KindOf(int folder, string path, int flags)
    {
        try
        {
            var answer = stackalloc byte[AnswerOctets];
            return StatX(folder, path, flags, BasicFields, answer) == 0 ? *(ushort*)(answer + ModeOffset) & KindMask : null;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library older than the call: O_NONBLOCK is left.
            return null;
        }
    }

    private static IOException NotRegular(string path) => new($"'{path}' is not a regular file");

    private static Exception Failure(string path, int error) => error switch
    {
        NoSuchFile => new FileNotFoundException($"'{path}' does not exist", path),
        NotPermitted => new UnauthorizedAccessException($"Access to the path '{path}' is denied."),
        _ => new IOException($"'{path}' cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}"),
    };

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int StatX(int folder, string path, int flags, uint mask, byte* answer);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Open(string path, int flags);
}
