namespace RpcCollector.Flows.Exporters;

/// <summary>What learning Templates costs, and how much of it there may be.</summary>
/// <remarks>
/// A Template that is known already costs nothing here, so honest exporters never come near: 1 MiB at once is what 256 routers with 40
/// Templates each send after a power cut, and a fleet of one make is parsed once.
/// </remarks>
internal static class TemplateWork
{
    // Even the shortest record makes a Template, and perhaps a plan.
    private const int LeastOctets = 64;

    // Withdrawing all Templates of a session looks at each that the exporter has.
    private const int OctetsALook = 4;

    private const long SenderAtOnce = 1 << 20;
    private const long SenderPerSecond = 1 << 16;
    private const long AllAtOnce = 1 << 23;
    private const long AllPerSecond = 1 << 19;

    /// <summary>Of a network, or of one exporter that is settled: Templates that are new or changed.</summary>
    public static WorkBudget OfSender() => new(SenderAtOnce, SenderPerSecond);

    /// <summary>Of all that are not settled together: records that must be parsed, because nobody has sent the same.</summary>
    public static WorkBudget OfAll() => new(AllAtOnce, AllPerSecond);

    public static int CostOf(int octets) => Math.Max(LeastOctets, octets);

    public static int CostOfWithdrawingAll(int templates) => LeastOctets + (OctetsALook * templates);
}
