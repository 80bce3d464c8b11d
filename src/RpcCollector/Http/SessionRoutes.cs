using RpcCollector.Http.Access;

namespace RpcCollector.Http;

/// <summary>The part of the API about who is asking, on one page.</summary>
internal static class SessionRoutes
{
    public static void MapSession(this RouteGroupBuilder api) =>
        api.MapGet("/session", SessionEndpoints.Read).WithTags("Session")
            .ForAnyone()
            .WithName("readSession")
            .WithSummary("Who is asking, what they may do, and whether one can log in.");
}
