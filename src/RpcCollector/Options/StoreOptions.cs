using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of the store of activities and findings.</summary>
public sealed class StoreOptions
{
    [Setting(
        "Keeps activities, findings, what was learned to judge them by, and what is known of the exporters, in files; false keeps them " +
        "in memory alone, at most 64 MiB of activities, and forgets them at the end of the process.")]
    public bool Enabled { get; set; } = true;

    [Setting(
        "Folder of activities.db and state.db; made when it is not there, for its user alone. One process at a time has it, and must be " +
        "able to write to it.")]
    public string Folder { get; set; } = "data";

    [Setting(
        "How long an activity is kept after it was recorded, and a finding after it last changed; older ones are deleted, except " +
        "findings that a person called malicious, while that holds.", Unit = "d.hh:mm:ss", Minimum = 60, Maximum = 315_360_000)]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(30);

    [Setting(
        "How large activities.db may become, its write-ahead log included; beyond it the activities recorded first are deleted.",
        Unit = "bytes", Minimum = 16_777_216)]
    public long MaxBytes { get; set; } = 1L << 30;

    [Setting(
        "How many findings are kept; beyond it those are deleted of which most came at once, the least severe and least known first, " +
        "and none that a person has judged.", Unit = "findings", Minimum = 1_000, Maximum = 1_000_000)]
    public int MaxFindings { get; set; } = 50_000;

    [Setting(
        "How large the folder 'inputs' may become, in which what the judge takes (activities, contacts, named operations, leases, what " +
        "people say) is kept for the command backtest; beyond it the oldest goes. 0 keeps nothing, and deletes what was kept.",
        Unit = "bytes", Minimum = 0)]
    public long BacktestMaxBytes { get; set; } = 512L << 20;

    [Setting("How long that is kept, by the day.", Unit = "d.hh:mm:ss", Minimum = 86_400, Maximum = 315_360_000)]
    public TimeSpan BacktestMaxAge { get; set; } = TimeSpan.FromDays(45);

    [Setting(
        "How many changes may wait for the disk; further ones are dropped and counted as rpc_collector_activities_dropped_total. Each " +
        "takes 216 bytes while it waits.",
        Unit = "changes", Minimum = 1_000, Maximum = 10_000_000)]
    public int MaxBacklog { get; set; } = 500_000;
}
