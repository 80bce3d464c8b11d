using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Judging;
using RpcCollector.Names;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>/api/v1/hosts and /api/v1/pairs: what the judge has learned, asked on its own thread.</summary>
internal static class HostEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    // Users of the last days.
    private const long UsersMilliseconds = 7 * 86_400_000L;

    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<Results<Ok<HostsPage>, ValidationProblem, ProblemHttpResult>> ReadAsync(
        HttpContext context,
        NetworkView network,
        RoleTelling telling,
        NameBook names,
        ArrivalClock clock,
        [Description(
            "unknown, workstation, server, management-server, scanner, domain-controller or directory-synchronizer.")] string? role,
        [Description("Address, or a prefix such as 10.0.0.0/8.")] string? address,
        [Description("A part of what it is called now; hosts that were only named and never seen are found too.")] string? name,
        [Description("Items on a page, 1 to 1000; 100 when absent.")] string? limit,
        [Description("Where to continue: 'next' of the page before.")] string? cursor)
    {
        var reader = new QueryReader(context.Request.Query, nameof(role), nameof(address), nameof(name), nameof(limit), nameof(cursor));
        var search = new HostSearch(
            reader.Address(nameof(cursor)), reader.Addresses(nameof(address)), reader.Named<HostRole>(nameof(role)),
            reader.Part(nameof(name), HostName.MaxLength), reader.Limit(nameof(limit), DefaultLimit, MaxLimit));
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

        using var patience = PatienceFor(context);
        try
        {
            var now = clock.UnixMilliseconds;
            var (hosts, next) = await search.FindAsync(network, names, now, patience.Token);
            List<ToldRole>? told = null;
            var page = hosts.Select(host => host.Known is { } known
                ? HostJson.From(known, telling.Settings, names, now)
                : HostJson.Unseen(host.Address, telling.Settings, Told(host.Address), names, now)).ToList();
            return TypedResults.Ok(new HostsPage(page, next?.ToString()));

            ToldRole? Told(HostAddress unseen) => telling.Of(unseen, told ??= [.. telling.Read()]);
        }
        catch (Exception failure) when (IsBusy(failure, context))
        {
            return Busy(failure);
        }
    }

    public static async Task<Results<Ok<HostDetailJson>, ValidationProblem, ProblemHttpResult>> ReadOneAsync(
        HttpContext context, JudgeThread judge, NetworkView network, RoleTelling telling, NameBook names, ArrivalClock clock,
        [Description("The host's address.")] string address,
        [Description("How many of the rarest edges of each direction, 1 to 1000; 1000 when absent.")] string? limit)
    {
        var reader = new QueryReader(context.Request.Query, nameof(limit));
        var most = reader.Limit(nameof(limit), MaxLimit, MaxLimit);
        if (!HostAddress.TryParse(address, out var host)) reader.Refuse(nameof(address), $"'{address}' is not an IPv4 or IPv6 address.");
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

        using var patience = PatienceFor(context);
        try
        {
            // 1. What it is.
            var (known, now, history) =
                (await AskAsync(judge, asked => asked.Host(host), null, context), clock.UnixMilliseconds, names.History(host));
            var told = known is null ? telling.Of(host) : null;
            var isNamed = history.Count > 0 || names.Described(host) is { IsOfAddress: true };
            if (known is null && !isNamed && told?.Hosts.IsSingle != true && !IsInSettings(telling.Settings, host))
                return StoreProblem.NotFound($"Nothing is known of the host '{address}'.");
            var item = known is null
                ? HostJson.Unseen(host, telling.Settings, told, names, now)
                : HostJson.From(known, telling.Settings, names, now);

            // 2. What it does with whom.
            var survey = await network.SurveyAsync(patience.Token);
            var asClient = await network.SelectAsync(new EdgeChoice(Client: AddressPrefix.Of(host)), most, patience.Token);
            var asServer = await network.SelectAsync(new EdgeChoice(Server: AddressPrefix.Of(host)), most, patience.Token);
            return TypedResults.Ok(new HostDetailJson(
                item,
                [.. asClient.Rarest.Select(pair => HostEdgeJson.From(pair, isClient: true, survey, names, now))], asClient.Total,
                [.. asServer.Rarest.Select(pair => HostEdgeJson.From(pair, isClient: false, survey, names, now))], asServer.Total,
                ServiceUseJson.From(asServer), ServiceUseJson.From(asClient))
            {
                Names = history.Count > 0 ? [.. history.Select(HostNameJson.From)] : null,
                Users = LogonJson.From(names.UsersOf(host, server: null, now - UsersMilliseconds, now)),
            });
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
        catch (Exception failure) when (IsBusy(failure, context))
        {
            return Busy(failure);
        }
    }

    public static async Task<Results<Ok<PairsPage>, ValidationProblem, ProblemHttpResult>> ReadPairsAsync(
        HttpContext context,
        NetworkView network,
        [Description("Address of the client, or a prefix such as 10.0.0.0/8.")] string? client,
        [Description("Address of the server, or a prefix such as 10.0.0.0/8.")] string? server,
        [Description("Items on a page, 1 to 1000; 100 when absent.")] string? limit,
        [Description("Where to continue: 'next' of the page before.")] string? cursor)
    {
        var reader = new QueryReader(context.Request.Query, nameof(client), nameof(server), nameof(limit), nameof(cursor));
        (HostAddress, HostAddress)? after = null;
        if (reader.Text(nameof(cursor)) is { } text)
        {
            if (text.Split('_') is [var first, var second] && HostAddress.TryParse(first, out var lastClient)
                && HostAddress.TryParse(second, out var lastServer)) after = (lastClient, lastServer);
            else reader.Refuse(nameof(cursor), "This is not a cursor from 'next'.");
        }

        var choice = new EdgeChoice(Client: reader.Prefix(nameof(client)), Server: reader.Prefix(nameof(server)));
        var most = reader.Limit(nameof(limit), DefaultLimit, MaxLimit);
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

        using var patience = PatienceFor(context);
        try
        {
            // One more than asked for tells whether there is a next page.
            var pairs = await network.PairsAsync(new FirstPairs(choice, after, most + 1), patience.Token);
            var page = pairs.Take(most).Select(PairJson.From).ToList();
            return TypedResults.Ok(new PairsPage(page, pairs.Count > most ? $"{page[^1].Client}_{page[^1].Server}" : null));
        }
        catch (Exception failure) when (IsBusy(failure, context))
        {
            return Busy(failure);
        }
    }

    /// <summary>Ends when whoever asks has gone, or has waited for long enough.</summary>
    internal static CancellationTokenSource PatienceFor(HttpContext context)
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(Patience);
        return patience;
    }

    internal static Task<T> AskAsync<T>(JudgeThread judge, Func<Judge, T> ask, T unjudged, HttpContext context) =>
        judge.AskAsync(ask, unjudged).WaitAsync(Patience, context.RequestAborted);

    /// <summary>True when the judge did not answer in time.</summary>
    internal static bool IsBusy(Exception failure, HttpContext context) => failure is JudgeBusyException or TimeoutException
        || (failure is OperationCanceledException && !context.RequestAborted.IsCancellationRequested);

    private static bool IsInSettings(RoleTable settings, HostAddress host) =>
        settings.Find(host) is >= 0 and var entry && settings.Entries[entry].Hosts.IsSingle;

    internal static ProblemHttpResult Busy(Exception failure) =>
        TypedResults.Problem(
            failure is JudgeBusyException ? failure.Message : "It did not within ten seconds: it has much to judge. Ask again.",
            statusCode: StatusCodes.Status503ServiceUnavailable, title: "The judge does not answer.");
}
