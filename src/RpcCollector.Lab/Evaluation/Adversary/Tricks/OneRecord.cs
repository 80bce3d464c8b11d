using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Forgery;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>
/// Cheap poisoning of a role: one packet, one connection or one export record that makes the attacker look like a server.
/// </summary>
/// <param name="isAfter">True when it is sent once the attack has been reported, so that its findings be withdrawn.</param>
internal sealed class OneRecord(OneRecordKind kind, bool isAfter) : ITrick
{
    private const int Minute = 60_000;

    public string Name => KindName + (isAfter ? "-after" : "");

    public string Part => "role poisoning, one record";

    public AttackerCost Cost => default;

    public bool IsAfter => isAfter;

    private string KindName => kind switch
    {
        OneRecordKind.SynFrom88 => "syn-from-88",
        OneRecordKind.SynFrom389 => "syn-from-389",
        OneRecordKind.AnsweredOn88 => "answered-on-88",
        OneRecordKind.AnsweredOn389 => "answered-on-389",
        OneRecordKind.AnsweredOn445 => "answered-on-445",
        _ => "stated-server",
    };

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        stage.Attack(move);
        var at = move.At + (isAfter ? 180 * Minute : -30 * Minute);
        var (own, site) = (move.Attacker.IPv4, move.Attacker.Site);
        var other = random.Pick(stage.Plan.Workstations).IPv4;
        switch (kind)
        {
            case OneRecordKind.SynFrom88:
                stage.Connect(own, other, 51_234, at, site, isAnswered: false, clientPort: WellKnownPort.Kerberos);
                break;
            case OneRecordKind.SynFrom389:
                stage.Connect(own, other, 51_234, at, site, isAnswered: false, clientPort: WellKnownPort.Ldap);
                break;
            case OneRecordKind.AnsweredOn88:
                stage.Connect(other, own, WellKnownPort.Kerberos, at, site);
                break;
            case OneRecordKind.AnsweredOn389:
                stage.Connect(other, own, WellKnownPort.Ldap, at, site);
                break;
            case OneRecordKind.AnsweredOn445:
                stage.Connect(other, own, WellKnownPort.Smb, at, site);
                break;
            default:
                State(stage, own, other, at, site);
                break;
        }
    }

    // One IPFIX record in the name of the site's exporter: the other host initiated, and his port 88 answered.
    private static void State(Stage stage, uint own, uint other, long at, int site)
    {
        var record = new ForgedRecord(other, own, 51_234, WellKnownPort.Kerberos, ForgedRecord.Whole, at, at + 500)
        {
            BiflowDirection = 1,
        };
        var exporter = RecordStage.ExporterAt(site);
        stage.Records.Add(IpfixMessages.Template(at), exporter, at);
        stage.Records.Add(IpfixMessages.Data([record, record.Reply with { BiflowDirection = 2 }], at + 1_000, 0), exporter, at + 1_000);
        stage.Spend(2, at);
    }
}

/// <summary>Which record.</summary>
internal enum OneRecordKind : byte
{
    /// <summary>An unanswered SYN from the attacker's port 88 to a host that need not exist.</summary>
    SynFrom88,
    SynFrom389,

    /// <summary>One connection to the attacker's port 88, which he answers.</summary>
    AnsweredOn88,
    AnsweredOn389,
    AnsweredOn445,

    /// <summary>One export record, forged, that states him as the server.</summary>
    StatedServer,
}
