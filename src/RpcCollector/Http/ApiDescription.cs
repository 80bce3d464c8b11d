using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using RpcCollector.Metrics;

namespace RpcCollector.Http;

/// <summary>What the framework cannot know of the API: its name, and which values the parameters take, since they are read as text to tell every mistake at once.</summary>
internal static class ApiDescription
{
    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "RpcCollector";
            document.Info.Description = "NetFlow and IPFIX in, Windows RPC activity out.";
            document.Info.Version = Instruments.Version;
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, _, _) =>
        {
            foreach (var parameter in operation.Parameters ?? [])
            {
                if (parameter.Schema is not OpenApiSchema schema) continue;
                if (parameter.Name is "limit")
                {
                    schema.Type = JsonSchemaType.Integer;
                    schema.Minimum = 1.ToString(CultureInfo.InvariantCulture);
                }
                else if (parameter.Name is "basis" && schema.Items is OpenApiSchema item)
                {
                    item.Enum = [.. BasisName.All.Select(basis => (JsonNode)BasisName.Of(basis))];
                }
            }

            return Task.CompletedTask;
        });
    }
}
