using RpcCollector.Accounts;

namespace RpcCollector.Http.Access;

/// <summary>Who may use a route. A route that does not say so is refused to everybody.</summary>
/// <param name="Least">The least role that may; null when it is open to whoever reaches it.</param>
internal sealed record RouteAccess(AccessRole? Least);

/// <summary>Says of routes who may use them.</summary>
internal static class RouteAccessConventions
{
    /// <summary>Open to whoever reaches the port: health, the files of the console, and what one logs in by.</summary>
    public static T ForAnyone<T>(this T routes)
        where T : IEndpointConventionBuilder => routes.WithMetadata(new RouteAccess(Least: null));

    public static T ForReaders<T>(this T routes)
        where T : IEndpointConventionBuilder => routes.WithMetadata(new RouteAccess(AccessRole.Reader));

    public static T ForAnalysts<T>(this T routes)
        where T : IEndpointConventionBuilder => routes.WithMetadata(new RouteAccess(AccessRole.Analyst));

    public static T ForAdmins<T>(this T routes)
        where T : IEndpointConventionBuilder => routes.WithMetadata(new RouteAccess(AccessRole.Admin));
}
