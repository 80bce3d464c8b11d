using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Accounts;
using RpcCollector.Http.Access;
using RpcCollector.Naming;

namespace RpcCollector.Http;

/// <summary>/api/v1/session.</summary>
internal static class SessionEndpoints
{
    public static Ok<SessionJson> Read(HttpContext context)
    {
        var person = Person.Of(context);
        return TypedResults.Ok(new SessionJson(
            person.Name, person.Role is { } role ? KebabCase<AccessRole>.Of(role) : null,
            person.Means == AccessMeans.None ? null : KebabCase<AccessMeans>.Of(person.Means),
            CanLogIn: false, NeedsFirstAdmin: false, AntiForgery: null, ExpiresAt: null));
    }
}
