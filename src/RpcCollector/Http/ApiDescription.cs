using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using RpcCollector.Accounts;
using RpcCollector.Detection;
using RpcCollector.Http.Access;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Naming;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Http;

/// <summary>
/// What the framework cannot know of the API: its name, and which values the parameters take, since they are read as text to report all
/// mistakes at once.
/// </summary>
internal static class ApiDescription
{
    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "RpcCollector";
            document.Info.Description =
                "NetFlow and IPFIX in, Windows RPC activity and findings out. Requests made on the sensor's own machine need no login " +
                "unless Http:Login=Always; all others log in (POST /api/v1/session), show an API token (Authorization: Bearer), or come " +
                "through a trusted proxy. Who has not is answered 401, who may not 403; a request for a host that is not the sensor's " +
                "421, one that a page of another origin made 403, one too many 503.";
            document.Info.Version = ProductVersion.Text;
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            Describe(operation, context.Description.ActionDescriptor.EndpointMetadata.OfType<RouteAccess>().LastOrDefault());
            foreach (var parameter in operation.Parameters ?? [])
            {
                if (parameter.Schema is not OpenApiSchema schema) continue;
                if (parameter.Name is "limit")
                {
                    schema.Type = JsonSchemaType.Integer;
                    schema.Minimum = 1.ToString(CultureInfo.InvariantCulture);
                }
                else if (Values(parameter.Name) is { Length: > 0 } values)
                {
                    (schema.Items as OpenApiSchema ?? schema).Enum = [.. values.Select(value => (JsonNode)value)];
                }
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>Says who may, where programs read it and where people do.</summary>
    private static void Describe(OpenApiOperation operation, RouteAccess? access)
    {
        var role = access?.Least is { } least ? KebabCase<AccessRole>.Of(least) : "anyone";
        operation.AddExtension("x-role", new JsonNodeExtension(JsonValue.Create(role)));
        if (access?.Least is null) return;
        operation.Responses ??= [];
        operation.Responses.TryAdd("401", new OpenApiResponse { Description = "Nobody has logged in." });
        operation.Responses.TryAdd("403", new OpenApiResponse { Description = $"It takes the role {role}." });
    }

    private static string[] Values(string? parameter) => parameter switch
    {
        "basis" => [.. BasisName.All.Select(BasisName.Of)],
        "kind" => Names<FindingKind>(),
        "severity" => Names<FindingSeverity>(),
        "confidence" => Names<FindingConfidence>(),
        "role" => Names<HostRole>(),
        "service" => Names<EdgeService>(),
        "verdict" => ["none", .. Names<VerdictMeaning>()],
        "sort" => Names<IncidentOrder>(),
        "suppressed" => ["false", "true"],
        _ => [],
    };

    private static string[] Names<T>()
        where T : struct, Enum => [.. KebabCase<T>.All.Select(KebabCase<T>.Of)];
}
