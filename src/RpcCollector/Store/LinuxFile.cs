using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RpcCollector.Store;

/// <summary>The part of Linux's file interface that .NET does not offer (statx(2), open(2)).</summary>
internal static unsafe partial class LinuxFile
{
    private const int CurrentFolder = -100;
    private const uint BasicFields = 0x7FF;

    // Where struct statx has the inode and the two halves of the device, on every architecture.
    private const int AnswerOctets = 256;
    private const int InodeOffset = 32;
    private const int DeviceOffset = 136;

    // O_RDONLY and O_CLOEXEC, as x86-64 and ARM64 number them.
    private const int ReadOnly = 0x8_0000;

    /// <summary>Which file a path names now; null when it names none. Elsewhere than on Linux only whether it names one.</summary>
    public static FileIdentity? IdentityOf(string path)
    {
        if (!OperatingSystem.IsLinux()) return Path.Exists(path) ? default(FileIdentity) : null;
        try
        {
            var answer = stackalloc byte[AnswerOctets];
            if (StatX(CurrentFolder, path, flags: 0, BasicFields, answer) != 0) return Path.Exists(path) ? default(FileIdentity) : null;
            return new FileIdentity(*(ulong*)(answer + DeviceOffset), *(ulong*)(answer + InodeOffset));
        }
        catch (EntryPointNotFoundException)
        {
            // A C library older than the call.
            return Path.Exists(path) ? default(FileIdentity) : null;
        }
    }

    /// <summary>
    /// The beginning of a file that another process has locked: reading it through .NET would ask for a lock too. Null when it cannot
    /// be read.
    /// </summary>
    public static string? ReadLocked(string path)
    {
        if (!OperatingSystem.IsLinux() || Open(path, ReadOnly) is not (>= 0 and var number)) return null;
        using var file = new SafeFileHandle(number, ownsHandle: true);
        var octets = new byte[64];
        try
        {
            return Encoding.UTF8.GetString(octets, 0, RandomAccess.Read(file, octets, fileOffset: 0));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int StatX(int folder, string path, int flags, uint mask, byte* answer);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Open(string path, int flags);
}

/// <summary>Which file it is, whatever its name: the file system's device and the file's number on it.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode);
