using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Naming;

namespace RpcCollector.Http;

/// <summary>/ names what else there is.</summary>
internal static class LandingPage
{
    private const string ContentType = "text/html; charset=utf-8";

    private static readonly string Html = $"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>RpcCollector</title></head>
        <body>
        <h1>RpcCollector {System.Net.WebUtility.HtmlEncode(ProductVersion.Text)}</h1>
        <p>NetFlow and IPFIX in, Windows RPC activity and findings out.</p>
        <ul>
        <li><a href="/api/v1/incidents">/api/v1/incidents</a>: what a person should look at, story by story, the worst first</li>
        <li><a href="/api/v1/findings">/api/v1/findings</a>: what they are made of, the last seen first</li>
        <li><a href="/api/v1/kinds">/api/v1/kinds</a>: what may be behind each kind, where to look next, what prevents it</li>
        <li><a href="/api/v1/suppressions">/api/v1/suppressions</a>: which of them are hidden</li>
        <li><a href="/api/v1/hosts">/api/v1/hosts</a>: the role of each host, and why</li>
        <li><a href="/api/v1/role-changes">/api/v1/role-changes</a>: which roles were earned or lost, and by whose witness</li>
        <li><a href="/api/v1/pairs">/api/v1/pairs</a>: who drives whom, since when</li>
        <li><a href="/api/v1/activities">/api/v1/activities</a>: RPC activity, the latest first</li>
        <li><a href="/api/v1/exporters">/api/v1/exporters</a>: who exports flows</li>
        <li><a href="/api/v1/templates">/api/v1/templates</a>: the Templates that they announced</li>
        <li><a href="/metrics">/metrics</a>: the appliance in figures</li>
        <li><a href="/metrics/findings">/metrics/findings</a>: incidents, findings, and pairs with RPC activity</li>
        <li><a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a>: alive, and ready</li>
        <li><a href="/openapi/v1.json">/openapi/v1.json</a>: this API described</li>
        </ul>
        </body>
        </html>

        """;

    public static ContentHttpResult Read() => TypedResults.Text(Html, ContentType);
}
