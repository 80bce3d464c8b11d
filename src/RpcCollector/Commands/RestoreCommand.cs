using System.CommandLine;
using RpcCollector.Options;
using RpcCollector.Store.Backups;

namespace RpcCollector.Commands;

/// <summary><c>restore</c>: puts a backup in the place of the store; what lay there is set aside.</summary>
internal sealed class RestoreCommand : Command
{
    private readonly IReadOnlyList<string> _settings;
    private readonly Argument<string> _file = new("FILE") { Description = "What 'backup' made, by this or an earlier version." };

    public RestoreCommand(IReadOnlyList<string> settings)
        : base("restore",
            "Put a backup in the place of the store that the settings name. The collector must not run. The backup is verified before " +
            "anything is changed, and what lay there is set aside, never deleted.")
    {
        _settings = settings;
        Add(_file);
        SetAction(parsed => Run(parsed.GetValue(_file)!));
    }

    private int Run(string file)
    {
        var options = EffectiveSettings.Read(_settings).Options.Store;
        var progress = new LineProgress();
        var (manifest, former) = Restore.Run(options, file, DateTimeOffset.UtcNow, progress.Tell);
        Console.Out.WriteLine(
            $"Restored {string.Join(", ", manifest.Files.Select(member => member.Name))} of {manifest.MadeAt:yyyy-MM-dd HH:mm:ss} UTC " +
            $"(version {Naming.Printable.Of(manifest.Program)}) into {Path.GetFullPath(options.Folder)}.");
        if (former is not null) Console.Out.WriteLine($"What lay there is in {former}; delete it when you do not need it any more.");
        return 0;
    }
}
