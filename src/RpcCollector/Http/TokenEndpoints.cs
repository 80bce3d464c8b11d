using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Accounts;
using RpcCollector.Flows.Time;
using RpcCollector.Http.Access;
using RpcCollector.Naming;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>/api/v1/tokens.</summary>
internal static class TokenEndpoints
{
    public static Ok<TokensPage> Read(TokenBook tokens) =>
        TypedResults.Ok(new TokensPage([.. tokens.All.Select(token => TokenJson.From(token, tokens.LastUseOf(token.Id)))]));

    public static async Task<Results<Ok<CreatedTokenJson>, ValidationProblem, ProblemHttpResult>> CreateAsync(
        HttpContext context, TokenBook tokens, AuditLog audit, ArrivalClock clock)
    {
        if (Person.Of(context).Means == AccessMeans.Anonymous) return Anonymous();
        var reader = new BodyReader(clock.UnixMilliseconds);
        if (await reader.ReadAsync(context.Request, CollectorJson.Default.TokenRequest) is not { } request)
            return TypedResults.ValidationProblem(reader.Errors);
        if (TokenFile.RefuseName(request.Name) is { } name) reader.Refuse("name", name);
        var role = reader.Named<AccessRole>("role", request.Role);
        var scope = request.Scope is null ? TokenScope.All : reader.Named<TokenScope>("scope", request.Scope);
        if (request.ExpiresInDays is not (>= 1 and <= ApiToken.MaxDays))
            reader.Refuse("expires_in_days", $"It is not a whole number from 1 to {ApiToken.MaxDays}.");
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);
        try
        {
            var by = Person.Of(context).Name ?? "";
            var (token, secret) = tokens.Create(request.Name!, role!.Value, scope!.Value, by, request.ExpiresInDays!.Value);
            audit.Add(
                context, "token-created", token.Id,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"\"{token.Name}\" as {KebabCase<AccessRole>.Of(token.Role)} for {request.ExpiresInDays} days"));
            return TypedResults.Ok(CreatedTokenJson.From(token, secret));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return Failed(failure);
        }
    }

    public static Results<NoContent, ProblemHttpResult> Revoke(
        HttpContext context, TokenBook tokens, AuditLog audit, [Description("The token's id.")] string id)
    {
        if (Person.Of(context).Means == AccessMeans.Anonymous) return Anonymous();
        try
        {
            if (tokens.Revoke(id) is not { } token) return StoreProblem.NotFound($"There is no token with the id '{id}'.");
            audit.Add(context, "token-revoked", token.Id, $"\"{token.Name}\"");
            return TypedResults.NoContent();
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return Failed(failure);
        }
    }

    private static ProblemHttpResult Failed(Exception failure) => TypedResults.Problem(
        failure.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: "The file of tokens cannot be changed.");

    // Whoever reaches an open port would keep the right to it when it is no longer open.
    private static ProblemHttpResult Anonymous() => TypedResults.Problem(
        statusCode: StatusCodes.Status403Forbidden,
        title: "Where nobody has to log in, tokens are made and revoked on the sensor alone: 'RpcCollector tokens'.");
}

/// <summary>A token to be made.</summary>
internal sealed record TokenRequest(
    [property: Description("Whose it is, or what for.")] string? Name,
    [property: Description("reader, analyst or admin.")] string? Role,
    [property: Description("From 1 to 3650.")] int? ExpiresInDays,
    [property: Description("all, or metrics for /metrics alone; all when absent.")] string? Scope = null);

/// <summary>An API token without its secret.</summary>
internal sealed record TokenJson(
    string Id, string Name, string Role, string Scope, DateTimeOffset CreatedAt, string? CreatedBy, DateTimeOffset ExpiresAt,
    [property: Description("Absent while it was never used.")] DateTimeOffset? LastUsedAt)
{
    public static TokenJson From(ApiToken token, DateTimeOffset? used) => new(
        token.Id, token.Name, KebabCase<AccessRole>.Of(token.Role), KebabCase<TokenScope>.Of(token.Scope), token.CreatedAt,
        token.CreatedBy.Length == 0 ? null : token.CreatedBy, token.ExpiresAt, used);
}

/// <summary>An API token that has just been made.</summary>
internal sealed record CreatedTokenJson(
    string Id, string Name, string Role, string Scope, DateTimeOffset CreatedAt, string? CreatedBy, DateTimeOffset ExpiresAt,
    [property: Description("What a program sends as Authorization: Bearer. It is not shown again.")] string Token)
{
    public static CreatedTokenJson From(ApiToken token, string secret) => new(
        token.Id, token.Name, KebabCase<AccessRole>.Of(token.Role), KebabCase<TokenScope>.Of(token.Scope), token.CreatedAt,
        token.CreatedBy.Length == 0 ? null : token.CreatedBy, token.ExpiresAt, secret);
}

/// <summary>All tokens, in order of the time at which they were made.</summary>
internal sealed record TokensPage(IReadOnlyList<TokenJson> Items);
