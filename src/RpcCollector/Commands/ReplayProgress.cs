using Spectre.Console;

namespace RpcCollector.Commands;

/// <summary>Shows on standard error how far a replay is, when that is a terminal.</summary>
internal static class ReplayProgress
{
    public static ReplayResult Run(Replay replay)
    {
        if (TextConsole.Progress() is not { Profile.Capabilities.Interactive: true } console) return replay.Run(progress: null);
        return console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("Reading captures");
                return replay.Run(captures =>
                {
                    task.MaxValue = Math.Max(1, captures.TotalBytes);
                    task.Value = captures.Position;
                });
            });
    }
}
