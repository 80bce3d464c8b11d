using RpcCollector.Flows;

namespace RpcCollector.Naming;

/// <summary>What to do about exports in a format that is not read.</summary>
internal static class FormatAdvice
{
    /// <summary>The format's own name.</summary>
    public static string NameOf(Rejection format) => format switch
    {
        Rejection.Sflow => "sFlow",
        Rejection.NetflowV1 => "NetFlow v1",
        Rejection.NetflowV6 => "NetFlow v6",
        Rejection.NetflowV7 => "NetFlow v7",
        Rejection.NetflowV8 => "NetFlow v8",
        _ => format.ToString(),
    };

    /// <summary>What the device should be told to send instead.</summary>
    public static string For(Rejection format) => format switch
    {
        Rejection.Sflow =>
            "sFlow holds samples of packets, not flow records; configure NetFlow v9 or IPFIX on the device, or mirror its traffic to a " +
            "probe such as softflowd",
        Rejection.NetflowV8 => "it is aggregated, without single flows; configure NetFlow v5, v9 or IPFIX on the device",
        _ => "configure NetFlow v5, v9 or IPFIX on the device",
    };
}
