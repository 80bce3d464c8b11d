using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>
/// Settings of the join. State is bounded by count: at most about 100 bytes a flow with IPv4 addresses, allocated as it is needed.
/// </summary>
public sealed class JoinOptions
{
    [Setting(
        "How long after the mapper flow (car: after its start; extended: after its end) the endpoint flow may start.", Unit = "hh:mm:ss",
        Minimum = 0.1, Maximum = 3600)]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(2);

    [Setting(
        "The first dynamic port: car requires a dynamic port at both ends of the endpoint flow; flows with a lower port can only be " +
        "extended.", Unit = "port", Minimum = 1, Maximum = 65_535)]
    public int FirstDynamicPort { get; set; } = WellKnownPort.FirstDynamic;

    [Setting(
        "The lowest server port that an endpoint flow can have; flows to lower ports are never joined with a mapper flow.", Unit = "port",
        Minimum = 1, Maximum = 65_535)]
    public int LowestEndpointPort { get; set; } = 1_024;

    /// <remarks>
    /// Only ports that a service other than dynamic RPC owns by registration or by long habit in Windows networks. 5722 (DFS
    /// replication) is missing on purpose: it is RPC. 1688 (key management service) is RPC too, but its clients never ask the mapper
    /// for it.
    /// </remarks>
    [Setting(
        "Server ports of other services, as numbers and ranges separated by commas; flows to them are no endpoint flows, whatever " +
        "mapper flow they follow.", Unit = "ports")]
    public string ExcludedEndpointPorts { get; set; } =
        "1433-1434, 1494, 1521, 1688, 1723, 2049, 2179, 2598, 3128, 3268-3269, 3306, 3389, 5357-5358, 5432, 5900, 5985-5986, 8080, " +
            "8443, 8530-8531, 9100, 9389, 47001";

    [Setting(
        "How far the clocks of two exporters may differ; extended tolerates that much more when different clocks timed the two flows.",
        Unit = "hh:mm:ss", Minimum = 0, Maximum = 60)]
    public TimeSpan ExporterSkew { get; set; } = TimeSpan.FromSeconds(2);

    [Setting(
        "Two sightings of the same addresses and ports are one connection when no more than this lies between them; after a longer gap " +
        "the port was reused.", Unit = "hh:mm:ss", Minimum = 0, Maximum = 3600)]
    public TimeSpan SameConnectionGap { get; set; } = TimeSpan.FromMinutes(1);

    [Setting(
        "How long after its last arrival a mapper flow without an endpoint flow is reported as mapper-only; withdrawn when one arrives " +
        "later.", Unit = "hh:mm:ss", Minimum = 0, Maximum = 86_400)]
    public TimeSpan MapperOnlyAfter { get; set; } = TimeSpan.FromMinutes(5);

    [Setting(
        "How long after its last arrival a mapper flow waits for endpoint flows; exporters with a 30-minute active timeout are that " +
        "late. An endpoint flow that ended longer ago counts as late.", Unit = "hh:mm:ss", Minimum = 1, Maximum = 86_400)]
    public TimeSpan MapperHold { get; set; } = TimeSpan.FromMinutes(31);

    [Setting(
        "How long after its last arrival an endpoint flow waits for its mapper flow. A mapper flow that ended longer ago counts as late.",
        Unit = "hh:mm:ss", Minimum = 1, Maximum = 86_400)]
    public TimeSpan EndpointHold { get; set; } = TimeSpan.FromMinutes(5);

    [Setting(
        "How long after its last arrival an endpoint flow without a mapper flow is reported as known-endpoint, where its server and " +
        "port are known; revised when one arrives later.", Unit = "hh:mm:ss", Minimum = 0, Maximum = 86_400)]
    public TimeSpan KnownEndpointAfter { get; set; } = TimeSpan.FromSeconds(10);

    [Setting(
        "How long after its last arrival a contact (a flow to 88, 139, 389, 445, 593, 5985 or 5986) is held, so that later records of " +
        "it do not count as a second one; exporters with a 30-minute active timeout are that late.", Unit = "hh:mm:ss", Minimum = 1,
        Maximum = 86_400)]
    public TimeSpan ContactHold { get; set; } = TimeSpan.FromMinutes(31);

    [Setting(
        "The same for a contact that has ended by its TCP flags (FIN of each end that was seen, or RST): so late may a record of it by " +
        "another exporter be. At least Detection:Join:EndpointHold counts, and at most Detection:Join:ContactHold.",
        Unit = "hh:mm:ss", Minimum = 1, Maximum = 86_400)]
    public TimeSpan EndedContactHold { get; set; } = TimeSpan.FromMinutes(5);

    [Setting(
        "How many mapper flows are held in all; beyond it the one not seen for longest is dropped and counted as evicted.", Unit = "flows",
        Minimum = 1_000, Maximum = 100_000_000)]
    public int MaxMapperFlows { get; set; } = 1_000_000;

    [Setting(
        "How many endpoint flows are held in all; beyond it the one not seen for longest is dropped and counted as evicted.",
        Unit = "flows", Minimum = 1_000, Maximum = 100_000_000)]
    public int MaxEndpointFlows { get; set; } = 10_000_000;

    [Setting(
        "How many contacts are held in all; beyond it the one not seen for longest is dropped and counted as evicted.", Unit = "flows",
        Minimum = 1_000, Maximum = 100_000_000)]
    public int MaxContacts { get; set; } = 1_000_000;

    /// <remarks>
    /// This also bounds the work that one pair can cause: a mapper flow is compared with every endpoint flow of its pair that starts while
    /// it is open.
    /// </remarks>
    [Setting(
        "How many mapper flows, how many endpoint flows and how many contacts one client and server may hold; beyond it the pair's " +
        "earliest one is dropped and counted as evicted.", Unit = "flows", Minimum = 16, Maximum = 32_767)]
    public int MaxFlowsPerPair { get; set; } = 4_096;
}
