using System.Reflection;

namespace RpcCollector.Naming;

/// <summary>Which version of the product this is, as metrics, pages and the API's description name it.</summary>
internal static class ProductVersion
{
    /// <summary>Without the commit that the build adds, such as 0.1.0.</summary>
    public static string Text { get; } = Whole?.Split('+')[0] ?? "unknown";

    private static string? Whole =>
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}
