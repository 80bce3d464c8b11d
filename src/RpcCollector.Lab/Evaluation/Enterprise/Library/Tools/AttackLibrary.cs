namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

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
}
