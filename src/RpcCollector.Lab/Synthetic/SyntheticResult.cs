using System.Text.Json.Serialization;

namespace RpcCollector.Lab.Synthetic;

/// <summary>What was sent.</summary>
/// <param name="Datagrams">Those with flows.</param>
/// <param name="TemplateDatagrams">Those with Templates.</param>
/// <param name="MapperFlows">Records of flows to port 135.</param>
/// <param name="DynamicFlows">Records of flows between two dynamic ports.</param>
/// <param name="Activities">Pairs of a mapper flow and its endpoint flow.</param>
/// <param name="Refused">Datagrams that the target gave back.</param>
internal sealed record SyntheticResult(
    long Datagrams, long Records, long Octets, long TemplateDatagrams, long MapperFlows, long DynamicFlows, long Activities, long Refused,
    double Seconds)
{
    public long DatagramsPerSecond => (long)(Datagrams / Seconds);

    public long RecordsPerSecond => (long)(Records / Seconds);
}

/// <summary>How it is printed: one line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SyntheticResult))]
internal sealed partial class SyntheticJson : JsonSerializerContext;
