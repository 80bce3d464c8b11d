using RpcCollector.Http.Access;

namespace RpcCollector.Http;

/// <summary>The part of the API about who is asking, on one page.</summary>
internal static class SessionRoutes
{
    private const string Json = "application/json";

    public static void MapSession(this RouteGroupBuilder api)
    {
        api.MapGet("/session", SessionEndpoints.Read).WithTags("Session")
            .ForAnyone()
            .WithName("readSession")
            .WithSummary("Who is asking, what they may do, and whether one can log in.");
        api.MapPost("/session", SessionEndpoints.LogInAsync).WithTags("Session")
            .ForLogins()
            .WithMetadata(Unqueued.Mark)
            .WithName("logIn")
            .WithSummary("Logs in by name and password: the answer sets a cookie.")
            .WithDescription(
                "Changes made with the cookie need the header X-Anti-Forgery with 'anti_forgery' of the answer. Who fails too often is " +
                "answered 429 with Retry-After.")
            .Accepts<LoginRequest>(Json)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapDelete("/session", SessionEndpoints.LogOut).WithTags("Session")
            .ForAnyone()
            .WithName("logOut")
            .WithSummary("Logs out: the session is over, its event streams end, and the cookie is taken away.");
        api.MapPost("/session/first-admin", SessionEndpoints.BecomeFirstAdminAsync).WithTags("Session")
            .ForLogins()
            .WithMetadata(Unqueued.Mark)
            .WithName("becomeFirstAdmin")
            .WithSummary("Makes the first admin, by the link that the program writes to its log while there are no users; logs in at once.")
            .Accepts<FirstAdminRequest>(Json)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }
}
