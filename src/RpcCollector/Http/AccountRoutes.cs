using RpcCollector.Http.Access;

namespace RpcCollector.Http;

/// <summary>The part of the API about users, tokens and what they did, on one page.</summary>
internal static class AccountRoutes
{
    private const string Json = "application/json";
    private const string Tag = "Access";

    public static void MapAccounts(this RouteGroupBuilder api)
    {
        api.MapGet("/audit", AuditEndpoints.Read).WithTags(Tag)
            .ForAdmins()
            .WithName("listAudit")
            .WithSummary("Who did what, when and from where; the latest first.")
            .WithDescription("Two years are kept: of logins the latest 40,000 lines, of all else the latest 60,000.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/users", UserEndpoints.Read).WithTags(Tag)
            .ForAdmins()
            .WithName("listUsers")
            .WithSummary("Who may log in by name and password. 'RpcCollector users' adds, changes and removes them.");
        api.MapGet("/tokens", TokenEndpoints.Read).WithTags(Tag)
            .ForAdmins()
            .WithName("listTokens")
            .WithSummary("The API tokens, without their secrets; those that have expired, too.");
        api.MapPost("/tokens", TokenEndpoints.CreateAsync).WithTags(Tag)
            .ForAdmins()
            .WithName("createToken")
            .WithSummary("Makes an API token: the answer shows it, and nothing shows it again.")
            .Accepts<TokenRequest>(Json)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapDelete("/tokens/{id}", TokenEndpoints.Revoke).WithTags(Tag)
            .ForAdmins()
            .WithName("revokeToken")
            .WithSummary("Revokes an API token: its next request is refused, and its event streams end.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }
}
