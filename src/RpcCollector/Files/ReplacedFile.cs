using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RpcCollector.Files;

/// <summary>
/// Replaces a small file as a whole: who reads it sees the former or the new one, and nobody but its owner may read it.
/// </summary>
internal static unsafe partial class ReplacedFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const int CurrentFolder = -100;
    private const uint BasicFields = 0x7FF;

    // Where struct statx has the owner and the group, on every architecture.
    private const int AnswerOctets = 256;
    private const int OwnerOffset = 20;
    private const int GroupOffset = 24;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Reads a file and replaces it by what it shall be, while no other process of ours does the same.</summary>
    /// <param name="change">From the former text, null when there is no file; null when nothing is to change.</param>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read or written.</exception>
    public static void Change(string path, Func<string?, string?> change)
    {
        using var held = Hold(path + ".lock");
        var former = File.Exists(path) || RegularFile.IsOther(path) ? RegularFile.ReadAllText(path) : null;
        if (change(former) is { } text) Write(path, text);
    }

    private static void Write(string path, string text)
    {
        // A link is followed: what it names is replaced, and not the link.
        var target = (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? Path.GetFullPath(path);
        var next = $"{target}.new";
        File.Delete(next);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(next, options))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);

            // By the open file: its name may lead elsewhere meanwhile, in a folder that is another user's.
            KeepOwner(file.SafeFileHandle, File.Exists(target) ? target : Path.GetDirectoryName(target)!);
        }

        File.Move(next, target, overwrite: true);
    }

    /// <summary>What root writes belongs to whom the file, or its folder, belonged to: the appliance has to read it.</summary>
    private static void KeepOwner(SafeFileHandle file, string model)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) return;
        try
        {
            var answer = stackalloc byte[AnswerOctets];
            if (StatX(CurrentFolder, model, flags: 0, BasicFields, answer) != 0) return;
            if (ChangeOwner((int)file.DangerousGetHandle(), *(uint*)(answer + OwnerOffset), *(uint*)(answer + GroupOffset)) != 0)
                throw new IOException($"a file cannot be given to the owner of '{model}'");
        }
        catch (EntryPointNotFoundException)
        {
            // A C library older than the call: it stays with root.
        }
    }

    private static FileStream Hold(string path)
    {
        RegularFile.Check(path);
        for (var began = Environment.TickCount64; ;)
        {
            try
            {
                return Open(path);
            }
            catch (IOException) when (File.Exists(path) && Environment.TickCount64 - began < Patience.TotalMilliseconds)
            {
                Thread.Sleep(20);
            }
        }
    }

    // A new one is made as such: a link that somebody puts there is not followed.
    private static FileStream Open(string path)
    {
        if (File.Exists(path)) return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        var held = new FileStream(path, options);
        KeepOwner(held.SafeFileHandle, Path.GetDirectoryName(Path.GetFullPath(path))!);
        return held;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int StatX(int folder, string path, int flags, uint mask, byte* answer);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int ChangeOwner(int file, uint owner, uint group);
}
