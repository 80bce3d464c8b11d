using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Detection;
using RpcCollector.Flows.Time;
using RpcCollector.Http.Access;
using RpcCollector.Judging;
using RpcCollector.Naming;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Http;

using Answer = Results<Ok<IncidentJson>, ValidationProblem, ProblemHttpResult>;
using VerdictAnswer = Results<Ok<IncidentVerdictAnswer>, ValidationProblem, ProblemHttpResult>;

/// <summary>/api/v1/incidents/{id}/state, assignee, notes and verdict: what people do with incidents.</summary>
internal sealed class IncidentDeedEndpoints(
    IncidentDeeds deeds, IncidentView view, IncidentEvents told, FindingEvents findingsTold, FindingStore findings, JudgeThread judge,
    ArrivalClock clock, SaidLog log, AuditLog audit)
{
    // Named by the static methods that routes are mapped to.
    private readonly IncidentDeeds _deeds = deeds;
    private readonly FindingEvents _findingsTold = findingsTold;
    private readonly FindingStore _findings = findings;
    private readonly JudgeThread _judge = judge;
    private readonly ArrivalClock _clock = clock;
    private readonly SaidLog _log = log;
    private readonly AuditLog _audit = audit;

    private const int MaxWho = BodyReader.MaxWho;
    private const int MaxWhy = 2_000;

    public static Task<Answer> SetStateAsync(
        HttpContext context, IncidentDeedEndpoints endpoints, [Description("The incident's id: 16 hexadecimal digits.")] string id) =>
        endpoints.DoAsync(context, id, "state", CollectorJson.Default.IncidentStateRequest, (reader, request) =>
        {
            var state = reader.Named<IncidentState>("state", request.State);
            if (state == IncidentState.Closed) reader.Refuse("state", "A verdict closes it: POST one to /api/v1/incidents/{id}/verdict.");
            var who = reader.Who(context, request.Who);
            var why = request.Why is null ? null : reader.Text("why", request.Why, MaxWhy);
            return ((number, said) => endpoints._deeds.SetState(number, state!.Value, why, said), who,
                state is { } named ? KebabCase<IncidentState>.Of(named) + (why is null ? "" : $": {why}") : null);
        });

    public static Task<Answer> AssignAsync(
        HttpContext context, IncidentDeedEndpoints endpoints, [Description("The incident's id: 16 hexadecimal digits.")] string id) =>
        endpoints.DoAsync(context, id, "assignee", CollectorJson.Default.IncidentAssigneeRequest, (reader, request) =>
        {
            var assignee = request.Assignee is null ? null : reader.Text("assignee", request.Assignee, MaxWho);
            var who = reader.Who(context, request.Who);
            return ((number, said) => endpoints._deeds.Assign(number, assignee, said), who, assignee ?? "nobody");
        });

    public static Task<Answer> NoteAsync(
        HttpContext context, IncidentDeedEndpoints endpoints, [Description("The incident's id: 16 hexadecimal digits.")] string id) =>
        endpoints.DoAsync(context, id, "note", CollectorJson.Default.IncidentNoteRequest, (reader, request) =>
        {
            var (note, who) = (reader.Text("note", request.Note, MaxWhy), reader.Who(context, request.Who));
            return ((number, said) => endpoints._deeds.Note(number, note, said), who, note);
        });

    public static async Task<VerdictAnswer> GiveAsync(
        HttpContext context, IncidentDeedEndpoints endpoints, [Description("The incident's id: 16 hexadecimal digits.")] string id)
    {
        var now = endpoints._clock.UnixMilliseconds;
        var reader = new BodyReader(now);
        if (await reader.ReadAsync(context.Request, CollectorJson.Default.IncidentVerdictRequest) is not { } request)
            return TypedResults.ValidationProblem(reader.Errors);
        var meaning = reader.Named<VerdictMeaning>("verdict", request.Verdict);
        var reach = request.Reach is null ? VerdictReach.Incident : reader.Named<VerdictReach>("reach", request.Reach);
        var verdict = new IncidentVerdict(
            new GivenVerdict(
                meaning ?? default, reader.Who(context, request.Who), reader.Text("why", request.Why, MaxWhy), now,
                reader.Expiry("expires_at", request.ExpiresAt), From: SaidLog.From(context)),
            reach ?? VerdictReach.Incident);
        if (verdict.Reach != VerdictReach.Incident)
        {
            if (meaning == VerdictMeaning.Malicious)
                reader.Refuse("reach", "What is malicious suppresses nothing: its reach is the incident.");
            if (request.ExpiresAt is null) reader.Refuse("expires_at", "What reaches beyond the incident has to expire.");
        }

        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);
        return endpoints.Answer(id, number =>
        {
            var outcome = endpoints._deeds.Give(number, verdict);
            if (outcome.Refusal is not null) return outcome;
            endpoints._log.Called(id, verdict.Given, outcome.Verdicts.Count, outcome.Suppressions.Count);
            endpoints._audit.Keep(
                context, "incident-verdict", id,
                $"{KebabCase<VerdictMeaning>.Of(verdict.Given.Meaning)}, reach {KebabCase<VerdictReach>.Of(verdict.Reach)}: " +
                verdict.Given.Why, verdict.Given.Who);
            endpoints._judge.Apply([.. outcome.Verdicts.Select(verdict.Given.On)]);
            endpoints._findingsTold.Publish(
                [.. outcome.Verdicts.Select(finding => new FindingStep(ActivityChangeKind.Revised, finding, IsVerdict: true))]);
            return outcome;
        });
    }

    public static VerdictAnswer Withdraw(
        HttpContext context, IncidentDeedEndpoints endpoints, [Description("The incident's id: 16 hexadecimal digits.")] string id)
    {
        var from = SaidLog.From(context);
        return endpoints.Answer(id, number =>
        {
            var outcome = endpoints._deeds.Withdraw(number, new Said(Who: null, from));
            if (outcome.Refusal is not null) return outcome;
            endpoints._log.VerdictTakenBack(id, outcome.Verdicts.Count, outcome.Suppressions.Count, from);
            endpoints._audit.Keep(context, "incident-verdict-withdrawn", id);
            var now = endpoints._clock.UnixMilliseconds;
            endpoints._judge.Apply(
                [.. outcome.Verdicts.Select(former => (former.Verdict! with { WithdrawnUnixMilliseconds = now }).On(former))]);
            foreach (var former in outcome.Verdicts)
            {
                if (endpoints._findings.Find(former.Id) is { } finding)
                    endpoints._findingsTold.Publish([new FindingStep(ActivityChangeKind.Revised, finding, IsVerdict: true)]);
            }

            return outcome;
        });
    }

    private async Task<Answer> DoAsync<TRequest>(
        HttpContext context, string id, string what, JsonTypeInfo<TRequest> type,
        Func<BodyReader, TRequest, (Func<long, Said, SaidOutcome> Deed, string Who, string? Value)> read)
        where TRequest : class
    {
        var reader = new BodyReader(_clock.UnixMilliseconds);
        if (await reader.ReadAsync(context.Request, type) is not { } request) return TypedResults.ValidationProblem(reader.Errors);
        var (deed, who, value) = read(reader, request);
        var said = new Said(who, SaidLog.From(context));
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);
        try
        {
            if (!FindingEndpoints.TryParseId(id, out var number)) return IncidentEndpoints.NoSuch(id);
            var outcome = deed(number, said);
            if (outcome.Refusal is { } refusal) return Refused(refusal, id);
            _log.Done(id, what, who, said.From);
            _audit.Keep(context, what is "state" ? "incident-state" : what, id, value, who);
            told.Publish(outcome.Events);
            return TypedResults.Ok(view.Show(outcome.Found!.Incident, outcome.Found.MergedFrom));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    private VerdictAnswer Answer(string id, Func<long, SaidOutcome> deed)
    {
        try
        {
            if (!FindingEndpoints.TryParseId(id, out var number)) return IncidentEndpoints.NoSuch(id);
            var outcome = deed(number);
            if (outcome.Refusal is { } refusal) return Refused(refusal, id);
            told.Publish(outcome.Events);
            return TypedResults.Ok(new IncidentVerdictAnswer(
                view.Show(outcome.Found!.Incident, outcome.Found.MergedFrom),
                [.. outcome.Verdicts.Select(finding => FindingJson.IdOf(finding.Id))],
                [.. outcome.Suppressions.Select(suppression => suppression.Id.ToString(CultureInfo.InvariantCulture))]));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    private static ProblemHttpResult Refused(IncidentRefusal refusal, string id) => refusal switch
    {
        IncidentRefusal.NoSuchIncident => IncidentEndpoints.NoSuch(id),
        IncidentRefusal.HasNoVerdict => StoreProblem.NotFound($"The incident '{id}' has no verdict that can be taken back."),
        IncidentRefusal.IsWithdrawn => Conflict("No finding of this incident stands any more."),
        IncidentRefusal.IsClosed => Conflict("It is closed by a verdict: take that back, and it is open."),
        IncidentRefusal.TooManyNotes => Conflict($"It has {IncidentHistory.MaxNotes} notes already."),
        _ => Conflict(
            $"It would make more than {IncidentDeeds.MaxSuppressions} suppressions, or more than the {SuppressionStore.MaxSuppressions} " +
            "that there may be: choose a narrower reach, or delete some."),
    };

    private static ProblemHttpResult Conflict(string title) =>
        TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, title: title);
}
