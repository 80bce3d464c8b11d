using System.Globalization;
using RpcCollector.Detection;
using RpcCollector.Options;

namespace RpcCollector.Backtest;

/// <summary>The settings that a person tries: those of the judgement, and no others.</summary>
internal static class TriedSettings
{
    private const string Section = nameof(CollectorOptions.Judgement);
    private const string Prefix = $"{CollectorOptions.RootSection}:{Section}:";
    private const string EvaluateEverySetting = $"{Prefix}{nameof(JudgementOptions.EvaluateEvery)}";
    private const string LeaveOutSetting = $"{Prefix}{nameof(JudgementOptions.LeaveOut)}";
    private const string ReviewEverySetting = $"{Prefix}{nameof(JudgementOptions.ReviewEvery)}";

    // A backtest judges what has changed no more often than this: second by second a month takes several times as long, and only the
    // pairs that a sweep is told as before it is told as one depend on it.
    private static readonly TimeSpan LeastEvaluateEvery = TimeSpan.FromMinutes(1);

    // When an hour closes all of it is judged in any case.
    private static readonly TimeSpan LeastReviewEvery = TimeSpan.FromHours(1);

    /// <summary>All settings, with what is tried in the place of what is.</summary>
    /// <param name="settings">Those of the command line, as the other commands have them.</param>
    /// <param name="tried">Such as Judgement:SweepServers=3; an entry of a list without a place is put before those that are there.</param>
    /// <param name="isExact">True to judge as often as the appliance does.</param>
    /// <exception cref="StartupException">One is no setting of the judgement, its value is wrong, or it would change nothing.</exception>
    public static CollectorOptions Read(IReadOnlyList<string> settings, IReadOnlyList<string> tried, bool isExact = false)
    {
        // 1. One after the other.
        var given = tried.Select(TriedArgument.Parse).ToList();
        foreach (var twice in given.Where(static one => !one.IsAdded).GroupBy(static one => one.Key, StringComparer.Ordinal))
        {
            if (twice.Skip(1).Any())
                throw new StartupException($"--set {twice.First().Name}: is given more than once, and only one can count");
        }

        // 2. All of them together, by the same checks as ever.
        var present = EffectiveSettings.Read(settings).Options;
        var options = EffectiveSettings.Read(
            [.. settings, .. given.Where(static one => one.List is null).Select(static one => $"--{one.Key}={one.Value}")]).Options;
        foreach (var list in given.Where(static one => one.List is not null).GroupBy(static one => one.List!))
        {
            if (list.Key.Key.Equals(LeaveOutSetting, StringComparison.Ordinal)) TriedKinds.Write(list.Key, [.. list], present, options);
            else TriedRoles.Write(list.Key, [.. list], present, options);
        }

        // 3. What would change nothing is a mistake, and costs minutes.
        foreach (var one in given.Where(static one => one.List is null)) RefuseWithoutEffect(one, present, options, isExact);
        return options;
    }

    /// <summary>How often what has changed is judged again: no more often than is worth it, unless that is asked for.</summary>
    public static TimeSpan EvaluateEvery(CollectorOptions options, bool isExact) =>
        Every(options.Judgement.EvaluateEvery, LeastEvaluateEvery, isExact);

    /// <summary>The same of all that is open.</summary>
    public static TimeSpan ReviewEvery(CollectorOptions options, bool isExact) =>
        Every(options.Judgement.ReviewEvery, LeastReviewEvery, isExact);

    private static TimeSpan Every(TimeSpan set, TimeSpan least, bool isExact) => isExact || set > least ? set : least;

    /// <summary>Those of the judgement whose values differ: by name, as they are and as they are tried.</summary>
    public static IReadOnlyList<TriedSetting> Differences(CollectorOptions present, CollectorOptions tried) =>
        [
            .. SettingCatalog.Settings.Where(setting => setting.Key.StartsWith(Prefix, StringComparison.Ordinal))
                .Select(setting => new TriedSetting(
                    setting.Key[(CollectorOptions.RootSection.Length + 1)..], setting.Show(present), setting.Show(tried)))
                .Where(setting => !setting.Present.Equals(setting.Tried, StringComparison.Ordinal)),
        ];

    private static void RefuseWithoutEffect(TriedArgument one, CollectorOptions present, CollectorOptions tried, bool isExact)
    {
        var setting = SettingCatalog.Settings.First(setting => setting.Key.Equals(one.Key, StringComparison.Ordinal));
        if (setting.Show(present).Equals(setting.Show(tried), StringComparison.Ordinal))
            throw new StartupException($"--set {one.Name}={one.Value}: changes nothing: that is the present value");
        if (one.Key.Equals(EvaluateEverySetting, StringComparison.Ordinal)
            && EvaluateEvery(present, isExact) == EvaluateEvery(tried, isExact))
        {
            throw new StartupException(
                $"--set {one.Name}={one.Value}: changes nothing without --exact: what has changed is judged again once a minute, or less " +
                $"often");
        }

        if (one.Key.Equals(ReviewEverySetting, StringComparison.Ordinal) && ReviewEvery(present, isExact) == ReviewEvery(tried, isExact))
        {
            throw new StartupException(
                $"--set {one.Name}={one.Value}: changes nothing without --exact: all that is open is judged again once an hour, or less " +
                $"often");
        }
    }
}

/// <summary>A setting of the judgement that differs.</summary>
/// <param name="Present">Its value as it is.</param>
internal sealed record TriedSetting(string Name, string Present, string Tried);
