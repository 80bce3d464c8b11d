using RpcCollector.Accounts;
using RpcCollector.Certificates;
using RpcCollector.Http.Access;
using RpcCollector.Options;
using RpcCollector.Store.People;

namespace RpcCollector.Http;

/// <summary>Registers what decides who may ask.</summary>
internal static class AccessServices
{
    public static void AddAccess(this IServiceCollection services, StoreOptions store, HttpOptions http)
    {
        services.AddSingleton(AccountPaths.Of(http, store));
        services.AddSingleton<AuditStore>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton(_ => new ReloadedCertificate(http.Tls));

        // Who may log in, and who has.
        services.AddSingleton<UserBook>();
        services.AddSingleton<TokenBook>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<SessionBook>();
        services.AddSingleton<FirstAdmin>();
        services.AddSingleton<FirstAdminLink>();
        services.AddSingleton<LoginThrottle>();
        services.AddSingleton<FailedLogins>();
        services.AddSingleton<Logins>();
        services.AddSingleton<SessionEndpoints>();

        // Who asks.
        services.AddSingleton<TrustedProxies>();
        services.AddSingleton<AntiForgery>();
        services.AddSingleton<Recognition>();
        services.AddSingleton<AccessGuard>();
        services.AddSingleton<AccessWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<AccessWatch>());
    }
}
