using System.ComponentModel;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Naming;

namespace RpcCollector.Http;

/// <summary>A sender of exports in a format that is not read.</summary>
internal sealed record OtherSenderJson(
    string Address,
    [property: Description("The reason by which rpc_collector_datagrams_rejected_total counts its datagrams.")] string Format,
    DateTimeOffset FirstSeen, DateTimeOffset LastSeen, long Datagrams,
    [property: Description("What to configure instead.")] string Advice)
{
    [Description("The sensor that hears it; absent where the process itself does.")]
    public string? Sensor { get; init; }

    public static OtherSenderJson From(OtherSenderStatus sender) => new(
        sender.Address.ToString(), SnakeCase<Rejection>.Of(sender.Format), sender.FirstSeen, sender.LastSeen, sender.Datagrams,
        FormatAdvice.For(sender.Format));
}
