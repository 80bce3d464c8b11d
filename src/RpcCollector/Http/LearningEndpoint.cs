using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Judging;
using RpcCollector.Naming;
using RpcCollector.Options;

namespace RpcCollector.Http;

/// <summary>/api/v1/learning: how far along learning is, and what changes when.</summary>
internal static class LearningEndpoint
{
    public static async Task<Results<Ok<LearningJson>, ProblemHttpResult>> ReadAsync(
        HttpContext context, JudgeThread judge, NetworkView network, LearningTerms terms)
    {
        using var patience = HostEndpoints.PatienceFor(context);
        try
        {
            var progress = await HostEndpoints.AskAsync(judge, asked => asked.LearningProgress, null, context);
            return TypedResults.Ok(LearningJson.From(progress, await network.SurveyAsync(patience.Token), terms));
        }
        catch (Exception failure) when (HostEndpoints.IsBusy(failure, context))
        {
            return HostEndpoints.Busy(failure);
        }
    }
}

/// <summary>How far along learning is.</summary>
internal sealed record LearningJson(
    [property: Description("False where nothing is judged.")] bool Enabled,
    [property: Description("Start of the first hour that was learned from; absent while none has been.")] DateTimeOffset? StartedAt,
    [property: Description("For how many days the network has been watched, the present one included.")] int Days,
    [property: Description("How many days the learning period has.")] double LearningDays,
    [property: Description("True once the learning period is over.")] bool Settled,
    int Hosts,
    [property: Description("Pairs of client and server.")] int Pairs,
    [property: Description("Client, server and service.")] int Edges,
    [property: Description("Those of them that count as normal.")] int EdgesLearned,
    [property: Description("How many hosts have each role.")] IReadOnlyDictionary<string, int> Roles,
    [property: Description("What is not believed of the clock; absent when all is.")] string? ClockDoubt,
    [property: Description("What changes next, and when.")] string Next)
{
    /// <param name="progress">Null where nothing is judged.</param>
    public static LearningJson From(JudgeProgress? progress, NetworkSurvey survey, LearningTerms terms) => new(
        progress is not null,
        progress?.LearnedSinceUnixMilliseconds is { } since ? UtcMilliseconds.From(since) : null,
        progress is null ? 0 : survey.Days, terms.LearningPeriod.TotalDays, progress is { IsLearning: false }, survey.Hosts, survey.Pairs,
        survey.Edges, survey.LearnedEdges,
        KebabCase<HostRole>.All.ToDictionary(KebabCase<HostRole>.Of, survey.HostsOf, StringComparer.Ordinal), DoubtOf(progress),
        WaitingIn(progress) + NextOf(progress, terms));

    private static string? DoubtOf(JudgeProgress? progress) => progress is { DoubtedMilliseconds: > 0 and var doubted }
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"The clock leapt ahead by {InWords(TimeSpan.FromMilliseconds(doubted))}. Until it has stayed so for a day nothing grows " +
                $"old by it.")
        : null;

    private static string WaitingIn(JudgeProgress? progress) => progress is { WaitingFindings: > 0 and var waiting }
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"Nearly everything is new here, so {waiting:N0} or more unsure findings wait: what is medium two minutes after it began is " +
                $"told then, what is low when its hour closes. ")
        : "";

    private static string NextOf(JudgeProgress? progress, LearningTerms terms)
    {
        if (progress is null) return $"Nothing is judged or learned: {LearningTerms.Setting(nameof(JudgementOptions.Enabled))} is false.";
        if (progress.LearnedSinceUnixMilliseconds is not { } since)
            return "Nothing has been learned yet. An hour is learned from when it closes, " +
                $"{InWords(terms.Lateness)} after its end. Until then tell the roles of your servers: they count at once.";
        var (began, period) = (UtcMilliseconds.From(since), terms.LearningPeriod);
        if (!progress.IsLearning)
            return "The learning period is over: what is new is reported by how surprising it is. Roles go on to be earned and lost.";
        var (roles, end) = (began.AddDays(terms.StableDays), began + period);
        var earned = progress.ClosedUntilUnixMilliseconds is { } closed && UtcMilliseconds.From(closed) < roles && roles < end
            ? $"Until {At(roles)} hardly any role can be earned, since it takes {terms.StableDays} days: tell those that you know. "
            : "";
        return $"{earned}Until {At(end)} nothing is rated high merely because it is new; after that new clients of servers are " +
            $"reported, too.";
    }

    private static string At(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string InWords(TimeSpan time) => time.TotalHours >= 48 ? Number(time.TotalDays, "day")
        : time.TotalMinutes >= 120 ? Number(time.TotalHours, "hour") : Number(time.TotalMinutes, "minute");

    private static string Number(double number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:0.#} {noun}{(number is 1 ? "" : "s")}");
}
