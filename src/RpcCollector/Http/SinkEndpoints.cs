using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Http.Access;
using RpcCollector.Naming;
using RpcCollector.Sinks;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>/api/v1/sinks: who else is told, and whether that works.</summary>
internal static class SinkEndpoints
{
    public static void MapSinks(this RouteGroupBuilder api)
    {
        api.MapGet("/sinks", Read).WithTags("Sinks")
            .WithName("listSinks")
            .WithSummary("The programs that are told of incidents and findings: how far they were told, and what fails.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapPost("/sinks/{name}/test", TestAsync).WithTags("Sinks").ForAdmins()
            .WithName("testSink")
            .WithSummary("Tells one of them an example, which says that it is one, and answers what came of it.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    public static Results<Ok<SinksPage>, ProblemHttpResult> Read(SinkSet sinks)
    {
        try
        {
            return TypedResults.Ok(new SinksPage([.. sinks.Runners.Select(Describe)]));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    public static async Task<Results<Ok<SinkTestJson>, ProblemHttpResult>> TestAsync(
        HttpContext context, SinkSet sinks, [Description("The sink's name.")] string name)
    {
        if (sinks.Find(name) is not { } sink) return StoreProblem.NotFound($"There is no sink with the name '{Printable.Of(name)}'.");
        var failure = await sinks.TestAsync(sink, context.RequestAborted);
        return TypedResults.Ok(new SinkTestJson(failure is null, failure is null ? "It was taken." : Printable.Of(failure.Reason)));
    }

    private static SinkJson Describe(SinkRunner sink)
    {
        var (status, (backlog, oldest)) = (sink.Status, sink.Waiting());
        var (sent, error, errorAt) = status.Last;
        return new SinkJson(
            status.Name, status.Kind, status.Target, status.IsFailing ? "retrying" : "ok", backlog, Time(oldest), Time(sent), error,
            Time(errorAt), status.Sent, status.Failures, status.Dropped);
    }

    private static DateTimeOffset? Time(long? unixMilliseconds) =>
        unixMilliseconds is { } known ? UtcMilliseconds.From(known) : null;
}
