using RpcCollector.Accounts;

namespace RpcCollector.Http.Access;

/// <summary>Who may use a route. A route that does not say so is refused to everybody.</summary>
/// <param name="Least">The least role that may; null when it is open to whoever reaches it.</param>
internal sealed record RouteAccess(AccessRole? Least)
{
    public RoutePurpose Purpose { get; init; }

    /// <summary>False where one logs in: a change there is not made by whoever the cookie is of.</summary>
    public bool AsksForAntiForgery { get; init; } = true;
}

/// <summary>What a route is for, where a setting of its own says who may use it.</summary>
internal enum RoutePurpose
{
    /// <summary>People and their programs.</summary>
    Api,

    /// <summary>Whoever scrapes figures (Http:Metrics).</summary>
    Metrics,

    /// <summary>Whoever asks whether the process is well (Http:Health).</summary>
    Health,
}

/// <summary>Says of routes who may use them.</summary>
internal static class RouteAccessConventions
{
    /// <summary>Open to whoever reaches the port: the files of the console, and who is asking.</summary>
    public static T ForAnyone<T>(this T routes)
        where T : IEndpointConventionBuilder => routes.WithMetadata(new RouteAccess(Least: null));

    /// <summary>Where one logs in.</summary>
    public static T ForLogins<T>(this T routes)
        where T : IEndpointConventionBuilder => routes.WithMetadata(new RouteAccess(Least: null) { AsksForAntiForgery = false });

    public static T ForReaders<T>(this T routes)
        where T : IEndpointConventionBuilder => routes.WithMetadata(new RouteAccess(AccessRole.Reader));

    public static T ForAnalysts<T>(this T routes)
        where T : IEndpointConventionBuilder => routes.WithMetadata(new RouteAccess(AccessRole.Analyst));

    public static T ForAdmins<T>(this T routes)
        where T : IEndpointConventionBuilder => routes.WithMetadata(new RouteAccess(AccessRole.Admin));

    /// <summary>For readers, or for whom Http:Metrics says.</summary>
    public static T ForScrapers<T>(this T routes)
        where T : IEndpointConventionBuilder =>
        routes.WithMetadata(new RouteAccess(AccessRole.Reader) { Purpose = RoutePurpose.Metrics });

    /// <summary>For whom Http:Health says.</summary>
    public static T ForProbes<T>(this T routes)
        where T : IEndpointConventionBuilder => routes.WithMetadata(new RouteAccess(Least: null) { Purpose = RoutePurpose.Health });
}
