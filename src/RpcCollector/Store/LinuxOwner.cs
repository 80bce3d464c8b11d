using System.Runtime.InteropServices;

namespace RpcCollector.Store;

/// <summary>Who owns a file (statx(2), chown(2)): what root restores is to be read by the user that the sensor runs as.</summary>
internal static unsafe partial class LinuxOwner
{
    private const int CurrentFolder = -100;
    private const uint BasicFields = 0x7FF;

    // Where struct statx has user and group, on every architecture.
    private const int AnswerOctets = 256;
    private const int UserOffset = 20;
    private const int GroupOffset = 24;

    /// <summary>Gives files to the owner of a folder. Who is not root owns them already.</summary>
    /// <exception cref="IOException">A file cannot be given away.</exception>
    public static void Give(string folder, IEnumerable<string> paths)
    {
        if (!OperatingSystem.IsLinux() || EffectiveUser() != 0) return;
        var answer = stackalloc byte[AnswerOctets];
        if (StatX(CurrentFolder, folder, flags: 0, BasicFields, answer) != 0) throw Failure(folder);
        var (user, group) = (*(uint*)(answer + UserOffset), *(uint*)(answer + GroupOffset));
        foreach (var path in paths)
        {
            if (ChangeOwner(path, user, group) != 0) throw Failure(path);
        }
    }

    private static IOException Failure(string path) =>
        new($"'{path}' cannot be given to its user: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int StatX(int folder, string path, int flags, uint mask, byte* answer);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
