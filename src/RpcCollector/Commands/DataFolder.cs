using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary>The data folder, for commands that write into it before the first start.</summary>
internal static class DataFolder
{
    /// <summary>Makes it if it is not there, for its user alone; the appliance locks it, commands do not.</summary>
    /// <exception cref="StartupException">It cannot be made.</exception>
    public static void Make(CollectorOptions options)
    {
        if (!options.Store.Enabled) return;
        try
        {
            var path = Path.GetFullPath(options.Store.Folder);
            if (Directory.Exists(path)) return;
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartupException(
                $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Store)}:{nameof(StoreOptions.Folder)}: the folder " +
                $"'{options.Store.Folder}' cannot be made: {failure.Message}", failure);
        }
    }
}
