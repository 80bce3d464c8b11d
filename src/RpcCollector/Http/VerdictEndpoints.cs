using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Detection;
using RpcCollector.Flows.Time;
using RpcCollector.Http.Access;
using RpcCollector.Judging;
using RpcCollector.Names;
using RpcCollector.Naming;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Http;

/// <summary>/api/v1/findings/{id}/verdict: people's verdicts on a finding.</summary>
internal static class VerdictEndpoints
{
    private const int MaxWhy = 2_000;

    public static async Task<Results<Ok<FindingJson>, ValidationProblem, ProblemHttpResult>> GiveAsync(
        HttpContext context,
        IncidentDeeds deeds,
        FindingEvents events,
        IncidentEvents told,
        JudgeThread judge,
        NameBook names,
        ArrivalClock clock,
        SaidLog log,
        AuditLog audit,
        [Description("The finding's id: 16 hexadecimal digits.")] string id)
    {
        var now = clock.UnixMilliseconds;
        var reader = new BodyReader(now);
        if (await reader.ReadAsync(context.Request, CollectorJson.Default.VerdictRequest) is not { } request)
            return TypedResults.ValidationProblem(reader.Errors);
        var meaning = reader.Named<VerdictMeaning>("verdict", request.Verdict);
        var verdict = new GivenVerdict(
            meaning ?? default, reader.Who(context, request.Who), reader.Text("why", request.Why, MaxWhy), now,
            reader.Expiry("expires_at", request.ExpiresAt), From: SaidLog.From(context));
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

        try
        {
            if (!FindingEndpoints.TryParseId(id, out var number)) return StoreProblem.NoSuchFinding(id);
            var (finding, incidents) = deeds.GiveOnFinding(number, verdict);
            if (finding is null) return StoreProblem.NoSuchFinding(id);
            log.Given(id, verdict);
            audit.Keep(context, "verdict", id, $"{KebabCase<VerdictMeaning>.Of(verdict.Meaning)}: {verdict.Why}", verdict.Who);
            judge.Apply(verdict.On(finding));
            events.Publish([new FindingStep(ActivityChangeKind.Revised, finding, IsVerdict: true)]);
            told.Publish(incidents);
            return TypedResults.Ok(FindingJson.From(finding, names));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    public static Results<Ok<VerdictHistory>, ProblemHttpResult> Read(
        FindingStore store,
        VerdictStore verdicts,
        [Description("The finding's id: 16 hexadecimal digits.")] string id)
    {
        try
        {
            if (!FindingEndpoints.TryParseId(id, out var number)) return StoreProblem.NoSuchFinding(id);
            var (finding, history) = (store.Find(number), verdicts.History(number));
            if (finding is null && history.Count == 0) return StoreProblem.NoSuchFinding(id);
            return TypedResults.Ok(
                new VerdictHistory(
                    finding?.Verdict is { } verdict ? VerdictJson.From(verdict) : null, [.. history.Select(VerdictJson.From)]));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    public static Results<NoContent, ProblemHttpResult> Withdraw(
        HttpContext context,
        FindingStore store,
        IncidentDeeds deeds,
        FindingEvents events,
        IncidentEvents told,
        JudgeThread judge,
        ArrivalClock clock,
        SaidLog log,
        AuditLog audit,
        [Description("The finding's id: 16 hexadecimal digits.")] string id)
    {
        try
        {
            if (!FindingEndpoints.TryParseId(id, out var number)) return StoreProblem.NoSuchFinding(id);
            var from = SaidLog.From(context);
            var (known, incidents) = deeds.WithdrawOnFinding(number, from);
            if (known is not { Verdict: { } verdict } former)
                return StoreProblem.NotFound($"The finding '{id}' has no verdict that holds.");
            log.Withdrawn(id, verdict, from);
            audit.Keep(context, "verdict-withdrawn", id, $"{KebabCase<VerdictMeaning>.Of(verdict.Meaning)} of {verdict.Who}");

            var now = clock.UnixMilliseconds;
            judge.Apply((verdict with { WithdrawnUnixMilliseconds = now }).On(former));
            if (store.Find(number) is { } finding) events.Publish([new FindingStep(ActivityChangeKind.Revised, finding, IsVerdict: true)]);
            told.Publish(incidents);
            return TypedResults.NoContent();
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }
}
