using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Http.Access;
using RpcCollector.Judging;
using RpcCollector.Names;
using RpcCollector.Naming;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>/api/v1/roles and /api/v1/hosts/{address}/role: what people tell of the roles of hosts.</summary>
internal sealed class RoleEndpoints(RoleTelling telling, JudgeThread judge, NameBook names, ArrivalClock clock, AuditLog audit)
{
    private const int MaxWhy = 2_000;

    public static Results<Ok<RolesPage>, ProblemHttpResult> Read(RoleTelling telling)
    {
        try
        {
            return TypedResults.Ok(new RolesPage(
            [
                .. Enumerable.Range(0, telling.Settings.Entries.Count).Select(entry => RoleJson.From(entry, telling.Settings)),
                .. telling.Read().Select(told => RoleJson.From(told, telling.Settings)),
            ]));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    public static async Task<Results<Ok<HostJson>, ValidationProblem, ProblemHttpResult>> TellOneAsync(
        HttpContext context, RoleEndpoints endpoints, [Description("The host's address.")] string address)
    {
        var reader = new BodyReader(endpoints.Now);
        if (await reader.ReadAsync(context.Request, CollectorJson.Default.HostRoleRequest) is not { } request)
            return TypedResults.ValidationProblem(reader.Errors);
        if (!HostAddress.TryParse(address, out var host)) RefuseHost(reader, address);
        var wanted = Wanted(reader, context, AddressPrefix.Of(host), request.Role, request.Who, request.Why);
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);
        return await endpoints.AnswerAsync(context, () => endpoints.Tell(context, wanted), host);
    }

    public static async Task<Results<Ok<HostJson>, ValidationProblem, ProblemHttpResult>> WithdrawOneAsync(
        HttpContext context, RoleEndpoints endpoints, [Description("The host's address.")] string address)
    {
        var reader = new BodyReader(endpoints.Now);
        if (!HostAddress.TryParse(address, out var host))
        {
            RefuseHost(reader, address);
            return TypedResults.ValidationProblem(reader.Errors);
        }

        return await endpoints.AnswerAsync(context, () => endpoints.Withdraw(context, AddressPrefix.Of(host)), host);
    }

    public static async Task<Results<Ok<RoleJson>, ValidationProblem, ProblemHttpResult>> TellAsync(
        HttpContext context, RoleEndpoints endpoints)
    {
        var reader = new BodyReader(endpoints.Now);
        if (await reader.ReadAsync(context.Request, CollectorJson.Default.RoleRequest) is not { } request)
            return TypedResults.ValidationProblem(reader.Errors);
        var hosts = endpoints.Hosts(reader, request.Address);
        var wanted = Wanted(reader, context, hosts, request.Role, request.Who, request.Why);
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);
        try
        {
            return endpoints.Tell(context, wanted) is { } problem
                ? problem
                : TypedResults.Ok(RoleJson.From(wanted, endpoints.Settings));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    public static Results<NoContent, ValidationProblem, ProblemHttpResult> Withdraw(
        HttpContext context, RoleEndpoints endpoints,
        [Description("Address, or a prefix such as 10.20.1.0/24: as it was told.")] string? address)
    {
        var reader = new BodyReader(endpoints.Now);
        var hosts = endpoints.Hosts(reader, address);
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);
        try
        {
            return endpoints.Withdraw(context, hosts) is { } problem ? problem : TypedResults.NoContent();
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    private RoleTable Settings => telling.Settings;

    private long Now => clock.UnixMilliseconds;

    private static void RefuseHost(BodyReader reader, string address) =>
        reader.Refuse(nameof(address), $"'{address}' is not an IPv4 or IPv6 address.");

    private static ToldRole Wanted(
        BodyReader reader, HttpContext context, AddressPrefix hosts, string? role, string? who, string? why) => new(
        hosts, reader.Named<HostRole>("role", RoleName.Known(role)), reader.Who(context, who), reader.Text("why", why, MaxWhy), reader.Now);

    private AddressPrefix Hosts(BodyReader reader, string? address)
    {
        if (!AddressPrefix.TryParse(address, out var hosts))
            reader.Refuse(nameof(address), $"'{address}' is neither an IPv4 or IPv6 address nor a prefix such as 10.20.1.0/24.");
        return hosts;
    }

    /// <returns>Why it was not told; null when it was.</returns>
    private ProblemHttpResult? Tell(HttpContext context, ToldRole wanted)
    {
        if (InSettings(wanted.Hosts) is { } problem) return problem;
        if (!telling.Tell(wanted, SaidLog.From(context)))
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status409Conflict,
                title: $"The roles of {ToldRoleStore.MaxRoles} hosts and networks are told already; take some back, or tell networks.");
        }

        audit.Add(
            context, "role-told", wanted.Hosts.ToString(), $"{KebabCase<HostRole>.Of(wanted.Role!.Value)}: {wanted.Why}", wanted.Who);
        return null;
    }

    /// <returns>Why it was not taken back; null when it was.</returns>
    private ProblemHttpResult? Withdraw(HttpContext context, AddressPrefix hosts)
    {
        if (telling.Withdraw(hosts, Now) is { } former)
        {
            var role = KebabCase<HostRole>.Of(former.Role ?? HostRole.Unknown);
            audit.Add(context, "role-withdrawn", hosts.ToString(), $"{role}, told by {former.Who}: {former.Why}");
            return null;
        }

        if (InSettings(hosts) is { } problem) return problem;
        var wider = hosts.IsSingle ? telling.Of(hosts.Network) : null;
        return StoreProblem.NotFound(
            wider is null ? $"Nobody told a role of {hosts}." : $"Nobody told a role of {hosts} alone: {wider.Hosts} was told.");
    }

    private ProblemHttpResult? InSettings(AddressPrefix hosts)
    {
        if (telling.Settings.Find(hosts) is not (>= 0 and var entry)) return null;
        var (told, role) = telling.Settings.Entries[entry];
        return TypedResults.Problem(
            statusCode: StatusCodes.Status409Conflict,
            title: $"The settings tell the role of {hosts} already.",
            detail: $"{ToldRoleJson.SettingOf(entry)} is '{told}={KebabCase<HostRole>.Of(role)}', and the settings outrank what is told " +
                $"here.");
    }

    private async Task<Results<Ok<HostJson>, ValidationProblem, ProblemHttpResult>> AnswerAsync(
        HttpContext context, Func<ProblemHttpResult?> change, HostAddress host)
    {
        try
        {
            if (change() is { } problem) return problem;
            var known = await HostEndpoints.AskAsync(judge, asked => asked.Host(host), null, context);
            return TypedResults.Ok(known is null
                ? HostJson.Unseen(host, telling.Settings, telling.Of(host), names, Now)
                : HostJson.From(known, telling.Settings, names, Now));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
        catch (Exception failure) when (failure is JudgeBusyException or TimeoutException)
        {
            return HostEndpoints.Busy(failure);
        }
    }
}
