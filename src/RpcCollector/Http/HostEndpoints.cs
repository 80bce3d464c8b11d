using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Judging;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>/api/v1/hosts and /api/v1/pairs: what the judge has learned, asked on its own thread.</summary>
internal static class HostEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<Results<Ok<HostsPage>, ValidationProblem, ProblemHttpResult>> ReadAsync(
        HttpContext context,
        JudgeThread judge,
        [Description(
            "unknown, workstation, server, management-server, scanner, domain-controller or directory-synchronizer.")] string? role,
        [Description("Address, or a prefix such as 10.0.0.0/8.")] string? address,
        [Description("Items on a page, 1 to 1000; 100 when absent.")] string? limit,
        [Description("Where to continue: 'next' of the page before.")] string? cursor)
    {
        var reader = new QueryReader(context.Request.Query, nameof(role), nameof(address), nameof(limit), nameof(cursor));
        var query = new HostQuery(
            reader.Address(nameof(cursor)), reader.Addresses(nameof(address)), reader.Named<HostRole>(nameof(role)),
            reader.Limit(nameof(limit), DefaultLimit, MaxLimit));
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

        try
        {
            // One more than asked for tells whether there is a next page.
            var hosts = await AskAsync(judge, (query with { Limit = query.Limit + 1 }).Read, [], context);
            var page = hosts.Take(query.Limit).Select(HostJson.From).ToList();
            return TypedResults.Ok(new HostsPage(page, hosts.Count > query.Limit ? page[^1].Address : null));
        }
        catch (Exception failure) when (failure is JudgeBusyException or TimeoutException)
        {
            return Busy(failure);
        }
    }

    public static async Task<Results<Ok<HostDetailJson>, ValidationProblem, ProblemHttpResult>> ReadOneAsync(
        HttpContext context, JudgeThread judge, [Description("The host's address.")] string address)
    {
        if (!HostAddress.TryParse(address, out var host))
            return TypedResults.ValidationProblem(
                new Dictionary<string, string[]>(StringComparer.Ordinal)
                {
                    [nameof(address)] = [$"'{address}' is not an IPv4 or IPv6 address."],
                });

        try
        {
            var only = new AddressRange(host, host);
            var answer = await AskAsync(judge, asked => asked.Host(host) is { } known
                ? new HostDetailJson(
                    HostJson.From(known),
                    PairJson.From(new PairQuery(only, Server: null, After: null, MaxLimit).Read(asked)),
                    PairJson.From(new PairQuery(Client: null, only, After: null, MaxLimit).Read(asked)))
                : null, null, context);
            return answer is not null ? TypedResults.Ok(answer) : StoreProblem.NotFound($"Nothing is known of the host '{address}'.");
        }
        catch (Exception failure) when (failure is JudgeBusyException or TimeoutException)
        {
            return Busy(failure);
        }
    }

    public static async Task<Results<Ok<PairsPage>, ValidationProblem, ProblemHttpResult>> ReadPairsAsync(
        HttpContext context,
        JudgeThread judge,
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

        var query =
            new PairQuery(
                reader.Addresses(nameof(client)), reader.Addresses(nameof(server)), after,
                reader.Limit(nameof(limit), DefaultLimit, MaxLimit));
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

        try
        {
            var edges = await AskAsync(judge, (query with { Limit = query.Limit + 1 }).Read, [], context);
            var pairs = PairJson.From(edges);
            var page = pairs.Take(query.Limit).ToList();
            return TypedResults.Ok(new PairsPage(page, pairs.Count > query.Limit ? $"{page[^1].Client}_{page[^1].Server}" : null));
        }
        catch (Exception failure) when (failure is JudgeBusyException or TimeoutException)
        {
            return Busy(failure);
        }
    }

    internal static Task<T> AskAsync<T>(JudgeThread judge, Func<Judge, T> ask, T unjudged, HttpContext context) =>
        judge.AskAsync(ask, unjudged).WaitAsync(Patience, context.RequestAborted);

    internal static ProblemHttpResult Busy(Exception failure) =>
        TypedResults.Problem(failure.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: "The judge does not answer.");
}
