using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>Why the store has no answer (RFC 9457).</summary>
internal static class StoreProblem
{
    public static ProblemHttpResult Of(Exception failure) =>
        TypedResults.Problem(
            failure.Message, statusCode: StatusCodes.Status503ServiceUnavailable,
            title: failure is NotSaidException ? "Nobody else could be told." : "The store cannot be used.");

    public static ProblemHttpResult NoSuchFinding(string id) => NotFound($"There is no finding with the id '{id}'.");

    public static ProblemHttpResult NotFound(string what) => TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: what);
}
