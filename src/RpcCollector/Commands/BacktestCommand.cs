using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using RpcCollector.Backtest;
using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary><c>backtest</c>: what would have been found with other settings?</summary>
internal sealed class BacktestCommand : Command
{
    /// <summary>Nothing was kept that could be judged again.</summary>
    public const int NothingKeptExitCode = 3;

    // As a shell sees a program that Ctrl+C ended: 128 + SIGINT.
    private const int Interrupted = 128 + 2;
    private const int RowsOfList = 20;

    private readonly IReadOnlyList<string> _settings;

    private readonly Option<string> _since = new("--since")
    {
        Description = "Compare what was seen from here on: so long before the end of what was kept (36h, 14d, 2w), or a date (UTC).",
        DefaultValueFactory = _ => "14d",
    };

    private readonly Option<string?> _until = new("--until") { Description = "And what began before this; the end when absent." };

    private readonly Option<string[]> _set = new("--set")
    {
        Description =
            "A setting of the judgement to try, such as Judgement:SweepServers=3; may be given several times. " +
            "Judgement:Roles=ADDRESS=ROLE adds a role, Judgement:Roles:0=... takes the place of the sensor's first. Without any, what " +
            "was found is compared with what the present settings find.",
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "text: sums and lists for people; json: one object with everything.",
        DefaultValueFactory = _ => "text",
    };

    private readonly Option<bool> _exact = new("--exact")
    {
        Description =
            "Judge as often as the sensor did (Judgement:EvaluateEvery), not minute by minute: several times as long, and the same " +
            "to the last pair of a sweep.",
    };

    private readonly Option<bool> _all = new("--all") { Description = $"Show whole lists, not {RowsOfList} of each." };

    public BacktestCommand(IReadOnlyList<string> settings)
        : base("backtest",
            "Judge what was kept (activities, contacts, operations, leases) again with other settings, beside what was found, also while " +
            "a collector works with the store; exit code 2 for wrong settings, 3 when nothing was kept.")
    {
        _settings = settings;
        _format.AcceptOnlyFromAmong("text", "json");
        Add(_since);
        Add(_until);
        Add(_set);
        Add(_format);
        Add(_exact);
        Add(_all);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        // 1. What is asked for.
        var options = EffectiveSettings.Read(_settings).Options;
        var since = BacktestMoment.Parse(_since.Name, parsed.GetValue(_since)!);
        BacktestMoment? until = parsed.GetValue(_until) is { } text ? BacktestMoment.Parse(_until.Name, text) : null;
        var set = parsed.GetValue(_set) ?? [];
        var isExact = parsed.GetValue(_exact);
        var tried = set.Length == 0 ? null : TriedSettings.Read(_settings, set, isExact);
        if (!options.Store.Enabled) throw new StartupException("Store:Enabled is false: nothing is kept that could be judged again");

        // 2. The running appliance comes first: this thread, and those that it starts.
        GiveWay();
        using var stop = new StopSignal();
        using var past = StoredPast.Read(options.Store, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        if (past is null)
        {
            Console.Error.WriteLine(options.Store.BacktestMaxBytes == 0
                ? "Nothing was kept that could be judged again: Store:BacktestMaxBytes is 0. Set it, and what is judged from then on is " +
                    "kept."
                : "Nothing was kept that could be judged again: it is kept from the first start of this version on, once something was " +
                    "judged.");
            return NothingKeptExitCode;
        }

        var result = BacktestProgress.Run(tell => BacktestRun.Run(options, past, since, until, tried, isExact, tell, stop.Token));
        if (result is null) return Interrupted;

        // 3. What came of it.
        if (parsed.GetValue(_format) is "json")
        {
            using var output = Console.OpenStandardOutput();
            BacktestJson.From(result).Write(output);
        }
        else
        {
            new BacktestText(TextConsole.Out(), result, parsed.GetValue(_all) ? int.MaxValue : RowsOfList).Write();
        }

        return 0;
    }

    private static void GiveWay()
    {
        try
        {
            using var process = Process.GetCurrentProcess();
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception failure) when (failure is Win32Exception or InvalidOperationException or NotSupportedException)
        {
            // It is slower for others then, and right all the same.
        }

        DieFirst();
    }

    /// <summary>Where memory runs out, Linux ends this program and not the sensor beside it.</summary>
    private static void DieFirst()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "1000");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A container without /proc: then the larger of the two is ended.
        }
    }
}
