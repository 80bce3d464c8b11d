using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace RpcCollector.Commands;

/// <summary>
/// Shows on standard error how far judging again is: a bar where that is a terminal, else a line every few seconds with the time that is
/// left.
/// </summary>
internal static class BacktestProgress
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <param name="run">Told how to tell how much of how much is done.</param>
    public static T Run<T>(Func<Action<long, long>, T> run)
    {
        if (TextConsole.Progress() is not { Profile.Capabilities.Interactive: true } console) return run(Lines());
        return console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("Judging again");
                return run((done, all) =>
                {
                    task.MaxValue = Math.Max(1, all);
                    task.Value = done;
                });
            });
    }

    private static Action<long, long> Lines()
    {
        var (began, told) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        return (done, all) =>
        {
            if (Stopwatch.GetElapsedTime(told) < BetweenLines || done <= 0 || done >= all) return;
            told = Stopwatch.GetTimestamp();
            var left = Stopwatch.GetElapsedTime(began) * ((double)(all - done) / done);
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"judging again: {(double)done / all:P0}, about {Math.Ceiling(left.TotalSeconds):0} s left"));
        };
    }
}
