using System.CommandLine;
using RpcCollector.Naming;
using RpcCollector.Options;
using RpcCollector.Store.Backups;

namespace RpcCollector.Commands;

/// <summary><c>backup</c>: everything that was learned and said, in one file, while the collector runs.</summary>
internal sealed class BackupCommand : Command
{
    private readonly IReadOnlyList<string> _settings;
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "The file to make, such as rpc-collector.tar.gz. Only you can read it.",
    };
    private readonly Option<bool> _force = new("--force") { Description = "Replace a file of that name." };

    public BackupCommand(IReadOnlyList<string> settings)
        : base("backup",
            "Make a backup of the store that the settings name, also while a collector works with it: findings, verdicts, incidents, " +
            "activities, what was learned, and the files that lie beside it.")
    {
        _settings = settings;
        Add(_file);
        Add(_force);
        SetAction(parsed => Run(parsed.GetValue(_file)!, parsed.GetValue(_force)));
    }

    private int Run(string file, bool isReplacing)
    {
        var options = EffectiveSettings.Read(_settings).Options.Store;
        if (!options.Enabled) throw new StartupException("Store:Enabled is false: there is no store to back up");
        var progress = new LineProgress();
        var manifest =
            Backup.Make(Path.GetFullPath(options.Folder), file, isReplacing, ProductVersion.Text, DateTimeOffset.UtcNow, progress.Tell);
        Console.Out.WriteLine(
            $"{Path.GetFullPath(file)}: {string.Join(", ", manifest.Files.Select(member => member.Name))}; " +
            $"{manifest.Files.Sum(member => member.Bytes) >> 10:N0} KiB, {new FileInfo(file).Length >> 10:N0} KiB as an archive.");
        return 0;
    }
}
