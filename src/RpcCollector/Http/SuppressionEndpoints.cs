using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Detection;
using RpcCollector.Flows.Time;
using RpcCollector.Http.Access;
using RpcCollector.Naming;
using RpcCollector.Store;
using RpcCollector.Store.Findings;

namespace RpcCollector.Http;

/// <summary>/api/v1/suppressions: which findings to hide unless somebody asks for them.</summary>
internal static class SuppressionEndpoints
{
    private const int MaxWhy = 2_000;

    public static Results<Ok<SuppressionsPage>, ProblemHttpResult> Read(SuppressionStore store, ArrivalClock clock)
    {
        try
        {
            var now = clock.UnixMilliseconds;
            return TypedResults.Ok(new SuppressionsPage([.. store.Read().Select(counted => SuppressionJson.From(counted, now))]));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    public static Results<Ok<SuppressionJson>, ProblemHttpResult> ReadOne(
        SuppressionStore store, ArrivalClock clock, [Description("The suppression's id.")] string id)
    {
        try
        {
            return Find(store, clock, id) is { } known ? TypedResults.Ok(known) : NoSuch(id);
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    public static async Task<Results<Created<SuppressionJson>, ValidationProblem, ProblemHttpResult>> AddAsync(
        HttpContext context, SuppressionStore store, ArrivalClock clock, SaidLog log, AuditLog audit)
    {
        var reader = new BodyReader(Now(clock));
        if (await ReadAsync(context, reader, Now(clock)) is not { } suppression) return TypedResults.ValidationProblem(reader.Errors);
        try
        {
            if (store.Add(suppression) is not { } added)
            {
                return TypedResults.Problem(
                    statusCode: StatusCodes.Status409Conflict,
                    title: $"There are {SuppressionStore.MaxSuppressions} suppressions already; delete some.");
            }

            log.Suppressed(added);
            var id = added.Id.ToString(CultureInfo.InvariantCulture);
            audit.Keep(context, "suppression", id, Describe(added), added.Who);
            return TypedResults.Created(
                $"/api/v1/suppressions/{id}", Find(store, clock, id) ?? SuppressionJson.From(new SuppressionCount(added, 0), Now(clock)));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    public static async Task<Results<Ok<SuppressionJson>, ValidationProblem, ProblemHttpResult>> ReplaceAsync(
        HttpContext context, SuppressionStore store, ArrivalClock clock, SaidLog log, AuditLog audit,
        [Description("The suppression's id.")] string id)
    {
        var reader = new BodyReader(Now(clock));
        if (await ReadAsync(context, reader, Now(clock)) is not { } suppression) return TypedResults.ValidationProblem(reader.Errors);
        try
        {
            if (!TryParseId(id, out var number) || !store.Replace(suppression with { Id = number })) return NoSuch(id);
            log.Suppressed(suppression with { Id = number });
            audit.Keep(context, "suppression-replaced", id, Describe(suppression), suppression.Who);
            return Find(store, clock, id) is { } replaced ? TypedResults.Ok(replaced) : NoSuch(id);
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    public static Results<NoContent, ProblemHttpResult> Delete(
        HttpContext context, SuppressionStore store, SaidLog log, AuditLog audit, [Description("The suppression's id.")] string id)
    {
        try
        {
            if (!TryParseId(id, out var number) || !store.Delete(number)) return NoSuch(id);
            log.Deleted(number, SaidLog.From(context));
            audit.Keep(context, "suppression-deleted", id);
            return TypedResults.NoContent();
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    private static async Task<Suppression?> ReadAsync(HttpContext context, BodyReader reader, long now)
    {
        if (await reader.ReadAsync(context.Request, CollectorJson.Default.SuppressionRequest) is not { } request) return null;
        FindingKind? kind = request.Kind is null ? null : reader.Named<FindingKind>("kind", request.Kind);
        var suppression = new Suppression(
            0, kind, reader.Addresses("client", request.Client), reader.Addresses("server", request.Server),
            reader.Who(context, request.Who), reader.Text("why", request.Why, MaxWhy), now,
            reader.Expiry("expires_at", request.ExpiresAt), SaidLog.From(context));
        if (request is { Kind: null, Client: null, Server: null })
            reader.Refuse("body", "Give at least one of kind, client and server; without them it would hide everything.");
        return reader.Errors.Count == 0 ? suppression : null;
    }

    private static string Describe(Suppression suppression) =>
        $"{(suppression.Kind is { } kind ? KebabCase<FindingKind>.Of(kind) : "any kind")}, client {suppression.Client ?? "any"}, server " +
        $"{suppression.Server ?? "any"}: {suppression.Why}";

    private static SuppressionJson? Find(SuppressionStore store, ArrivalClock clock, string id) =>
        TryParseId(id, out var number) && store.Read(number) is [var counted] ? SuppressionJson.From(counted, Now(clock)) : null;

    private static bool TryParseId(string text, out long id) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    private static ProblemHttpResult NoSuch(string id) => StoreProblem.NotFound($"There is no suppression with the id '{id}'.");

    private static long Now(ArrivalClock clock) => clock.UnixMilliseconds;
}
