using System.ComponentModel.DataAnnotations;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of the UDP listeners.</summary>
internal sealed class UdpOptions : IValidatableObject
{
    [Setting(
        "Endpoints to receive exports on, of any version each: address:port, [address]:port, or *:port for IPv4 and IPv6 alike.",
        Unit = "endpoints")]
    public List<string> Listen { get; set; } = ["*:2055", "*:4739", "*:9995"];

    [Setting(
        "Sockets and threads that receive on each endpoint; the kernel spreads exporters among the sockets, and a thread that has " +
        "nothing to do helps one that cannot keep up. "
        + "0 means one on up to three cores, and half as many as there are cores on larger machines, but at most 8. Systems other than " +
            "Linux always use one.", Unit = "threads", Minimum = 0, Maximum = 64)]
    public int ReceiversPerEndpoint { get; set; }

    [Setting(
        "Receive buffer asked of the kernel for each socket; it gives no more than net.core.rmem_max unless the process has CAP_NET_ADMIN. "
        + "What does not fit is dropped and counted in rpc_collector_kernel_drops_total.", Unit = "bytes", Minimum = 4_096,
        Maximum = 1_073_741_823)]
    public int ReceiveBufferBytes { get; set; } = 64 * 1024 * 1024;

    [Setting(
        "Longest datagram that is read whole; a longer one is cut to this length, and what no longer fits is rejected.", Unit = "bytes",
        Minimum = 512, Maximum = 65_535)]
    public int MaxDatagramBytes { get; set; } = 65_535;

    [Setting(
        "Where every datagram goes on to, unchanged, as address:port or [address]:port, at most 8: so this sensor can stand in front of " +
            "a " +
        "collector that is there already. With CAP_NET_RAW the exporters' addresses and ports are kept; without it datagrams come from " +
        "this machine, as the log says. Linux only. None by default.", Unit = "endpoints")]
    public List<string> ForwardTo { get; set; } = [];

    [Setting(
        "How much may wait to be forwarded, for each receiver; what finds no room is counted in " +
        "rpc_collector_datagrams_not_forwarded_total as queue_full. Receiving never waits for it.", Unit = "bytes", Minimum = 262_144,
        Maximum = 1_073_741_824)]
    public int ForwardBufferBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>The number of receivers that <see cref="ReceiversPerEndpoint"/> means on a machine with this many cores.</summary>
    public int NumReceivers(int cores) => ReceiversPerEndpoint > 0 ? ReceiversPerEndpoint : Math.Clamp(cores / 2, 1, 8);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Listen.Count == 0) yield return new ValidationResult("needs at least one endpoint, such as *:2055", [nameof(Listen)]);
        foreach (var problem in ListenEndpoint.Validate(Listen, nameof(Listen))) yield return problem;
        foreach (var problem in ForwardTarget.Validate(ForwardTo, nameof(ForwardTo))) yield return problem;
    }
}
