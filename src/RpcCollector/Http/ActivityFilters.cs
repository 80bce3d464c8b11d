using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using RpcCollector.Detection;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>By what activities are chosen: the same for the list and for the histogram.</summary>
/// <remarks>
/// The parameters are declared only for the API's description. Their values are read from the request, so that all mistakes are reported
/// at once.
/// </remarks>
internal sealed class ActivityFilters
{
    private static readonly string[] Names =
        ["since", "until", "client", "server", "host", "port", "interface", "exporter", "community_id", "basis"];

    [FromQuery(Name = "since"), Description("Earliest start, inclusive: RFC 3339 or Unix seconds.")]
    public string? Since { get; init; }

    [FromQuery(Name = "until"), Description("Latest start, exclusive: RFC 3339 or Unix seconds.")]
    public string? Until { get; init; }

    [FromQuery(Name = "client"), Description("Address of the client, or a prefix such as 10.0.0.0/8.")]
    public string? Client { get; init; }

    [FromQuery(Name = "server"), Description("Address of the server, or a prefix such as 10.0.0.0/8.")]
    public string? Server { get; init; }

    [FromQuery(Name = "host"), Description("Address at either end, or a prefix such as 10.0.0.0/8.")]
    public string? Host { get; init; }

    [FromQuery(Name = "port"), Description("Any of its ports, at either end, of either of its connections: 1 to 65535.")]
    public string? Port { get; init; }

    [FromQuery(Name = "interface"),
        Description(
            "An RPC interface that its endpoint is known to carry, as 'interfaces' shows it: its name here (svcctl, tasks, wmi), " +
            "Zeek's name (ITaskSchedulerService) or its UUID.")]
    public string? Interface { get; init; }

    [FromQuery(Name = "exporter"), Description("Address of an exporter that saw it.")]
    public string? Exporter { get; init; }

    [FromQuery(Name = "community_id"),
        Description("Community ID version 1, seed 0, of its mapper or its endpoint connection; a + must be sent as %2B.")]
    public string? CommunityId { get; init; }

    [FromQuery(Name = "basis"), Description("car, extended, known-endpoint or mapper-only; may be repeated.")]
    public string[]? Basis { get; init; }

    /// <summary>A reader that knows these parameters and some more.</summary>
    public static QueryReader ReaderOf(HttpContext context, params ReadOnlySpan<string> more) =>
        new(context.Request.Query, [.. Names, .. more]);

    /// <param name="known">What endpoints are known to carry now.</param>
    public static ActivityQuery Read(QueryReader reader, IKnownEndpoints known) => new()
    {
        SinceUnixMilliseconds = reader.Time("since"),
        UntilUnixMilliseconds = reader.Time("until"),
        Client = reader.Addresses("client"),
        Server = reader.Addresses("server"),
        Host = reader.Addresses("host"),
        Port = reader.Text("port") is null ? null : (ushort)reader.Limit("port", byDefault: 1, ushort.MaxValue),
        Endpoints = reader.Interfaces("interface") is { } interfaces ? known.Carrying(interfaces) : null,
        Exporter = reader.Address("exporter"),
        CommunityKey = reader.CommunityKey("community_id"),
        Bases = reader.Bases("basis"),
    };
}
