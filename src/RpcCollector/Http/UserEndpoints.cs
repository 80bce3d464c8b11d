using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Accounts;
using RpcCollector.Http.Access;
using RpcCollector.Naming;

namespace RpcCollector.Http;

/// <summary>/api/v1/users.</summary>
internal static class UserEndpoints
{
    public static Ok<UsersPage> Read(UserBook users) => TypedResults.Ok(
        new UsersPage([.. users.All.Select(user => new UserJson(user.Name, KebabCase<AccessRole>.Of(user.Role)))]));
}

/// <summary>Somebody who may log in by name and password.</summary>
internal sealed record UserJson(string Name, string Role);

/// <summary>All of them, in order of the name.</summary>
internal sealed record UsersPage(IReadOnlyList<UserJson> Items);
