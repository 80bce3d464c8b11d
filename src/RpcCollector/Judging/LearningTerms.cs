using RpcCollector.Detection;
using RpcCollector.Options;

namespace RpcCollector.Judging;

/// <summary>For how long what is learned, by the settings.</summary>
internal sealed record LearningTerms(TimeSpan LearningPeriod, TimeSpan Lateness, int StableDays)
{
    public static LearningTerms Of(JudgementOptions options) => new(options.LearningPeriod, options.Lateness, options.StableDays);

    public static string Setting(string name) => $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Judgement)}:{name}";
}
