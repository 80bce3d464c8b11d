using RpcCollector.Options;

namespace RpcCollector.Accounts;

/// <summary>Where users and tokens are kept.</summary>
/// <param name="Users">Null where nothing is kept in files.</param>
/// <param name="Tokens">Likewise.</param>
internal sealed record AccountPaths(string? Users, string? Tokens)
{
    public const string UsersName = "users";

    public static AccountPaths Of(HttpOptions http, StoreOptions store)
    {
        var folder = store.Enabled ? Path.GetFullPath(store.Folder) : null;
        return new AccountPaths(
            http.Users.Length > 0 ? Path.GetFullPath(http.Users) : folder is null ? null : Path.Combine(folder, UsersName),
            folder is null ? null : Path.Combine(folder, TokenFile.FileName));
    }
}
