using RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>All tools. docs/detection.md has the table of them.</summary>
internal static class AttackLibrary
{
    /// <summary>In the order of their names.</summary>
    public static IReadOnlyList<IAttackTool> Tools { get; } =
    [
        new AtExec(), new BloodHound(), new DcomExec(), new DcShadow(), new DcSyncAccount(), new DcSyncDirectory(), new DfsCoerce(),
        new DpapiBackupKey(), new EndpointDump(), new ImpacketPsExec(), new Mmc20(), new PetitPotam(), new PowerShellRemoting(),
        new PrinterBug(), new PrintNightmare(), new PsExec(), new RemoteServiceControl(), new RemoteTasks(), new SecretsDump(),
        new ShadowCoerce(), new SmbExec(), new SmbSweep(), new WmiEventSubscription(), new WmiExec(), new Zerologon(),
    ];

    /// <summary>Every kind of machine that has a disk, accounts and services.</summary>
    public static IReadOnlyList<TargetKind> Any { get; } = Enum.GetValues<TargetKind>();

    public static IReadOnlyList<TargetKind> Controllers { get; } = [TargetKind.DomainController];
}
