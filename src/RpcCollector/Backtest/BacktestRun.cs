using System.Globalization;
using RpcCollector.Options;
using RpcCollector.Store.Inputs;

namespace RpcCollector.Backtest;

/// <summary>Judges the past twice, by the present settings and by those that are tried, each on a thread.</summary>
internal static class BacktestRun
{
    private static readonly TimeSpan BetweenTellings = TimeSpan.FromMilliseconds(200);

    /// <param name="tried">Null when nothing is tried: then what was found is compared with what is found again.</param>
    /// <param name="progress">Told now and then how much of how much is done.</param>
    /// <param name="isExact">True to judge as often as the appliance does.</param>
    /// <returns>Null when it was stopped.</returns>
    /// <exception cref="StartupException">The period is none.</exception>
    public static BacktestResult? Run(
        CollectorOptions options, StoredPast past, BacktestMoment since, BacktestMoment? until, CollectorOptions? tried,
        bool isExact, Action<long, long> progress, CancellationToken stopping)
    {
        // 1. The period: what is asked for, as far as it was kept.
        var end = past.LastArrival + 1;
        var (first, last) = (Math.Max(since.From(end), past.FirstArrival), Math.Min(until?.From(end) ?? end, end));
        if (first >= last)
        {
            throw new StartupException(
                $"--since is not before --until, or both are outside of what was kept: {Minute(past.FirstArrival)} to " +
                $"{Minute(past.LastArrival)} UTC");
        }

        // 2. Everything that was kept is judged, whatever the period: it is what was learned, and what came of it later.
        IReadOnlyList<TriedSetting> settings = tried is null ? [] : TriedSettings.Differences(options, tried);
        var mostFindings = new[] { options.Store.MaxFindings, options.Judgement.MaxFindings, tried?.Judgement.MaxFindings ?? 0 }.Max();
        JudgedAgain Judged(CollectorOptions chosen)
        {
            var every = TriedSettings.EvaluateEvery(chosen, isExact);
            var isFaster = chosen.Judgement.EvaluateEvery < every;
            chosen.Judgement.EvaluateEvery = every;
            chosen.Judgement.ReviewEvery = TriedSettings.ReviewEvery(chosen, isExact);
            return new JudgedAgain(past, chosen.Judgement, options.Flows.MaxExporters, mostFindings, isFaster, stopping);
        }

        var present = Judged(options);
        var other = tried is null ? null : Judged(tried);
        var all = past.Inputs.Octets * (other is null ? 1 : 2);
        while (!(present.Wait(BetweenTellings) & (other?.Wait(BetweenTellings) ?? true)))
            progress(present.Taken + (other?.Taken ?? 0), all);
        if (stopping.IsCancellationRequested) return null;
        progress(all, all);

        // 3. Side by side.
        return new BacktestResult(past, first, last, (tried ?? options).Judgement.LearningPeriod, settings, present, other);
    }

    private static string Minute(long unixMilliseconds) =>
        InputForm.TimeOf(unixMilliseconds).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
}
