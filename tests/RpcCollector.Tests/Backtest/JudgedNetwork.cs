using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Judging;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Inputs;
using RpcCollector.Tests.Store;

namespace RpcCollector.Tests.Backtest;

/// <summary>
/// A small network whose activity is journalled, judged, stored and kept as by the appliance; the process may end at any turn.
/// </summary>
internal sealed class JudgedNetwork : IDisposable
{
    private FindingFeed _feed = new(10_000);
    private StateStore _state = null!;
    private KeptInputs _inputs = null!;
    private JudgeMemory _memory = null!;
    private Judge _judge = null!;
    private int _number;

    public JudgedNetwork() => Start();

    public TemporaryStore Temporary { get; } = new();

    public long Now => Temporary.Clock.UnixMilliseconds;

    public VerdictStore Verdicts => new(_state, Temporary.Clock);

    public long Dropped => _inputs.Dropped;

    public void Dispose()
    {
        _feed.Dispose();
        _state.Dispose();
        Temporary.Dispose();
    }

    /// <summary>One turn: what came in it, now.</summary>
    public void Take(params (string Client, string Server, ushort Port)[] connections)
    {
        var journal = _memory.Journal!;
        journal.BeginTurn(Now);
        foreach (var (client, server, port) in connections)
        {
            if (port == 135)
            {
                var change = Activities.Added(Activity(client, server));
                journal.Add(change);
                _judge.Take(change, Now);
            }
            else
            {
                var change = new ContactChange(ActivityChangeKind.Added, Contact(client, server, port));
                journal.Add(change);
                _judge.Take(change, Now);
            }
        }

        journal.EndTurn();
        _judge.AdvanceTo(Now);
        Store();
    }

    /// <summary>Lets time pass, by hours, as it does for the judge's thread.</summary>
    public void Pass(TimeSpan time)
    {
        for (var rest = time; rest > TimeSpan.Zero; rest -= TimeSpan.FromMinutes(30))
        {
            Temporary.Time.Now += rest < TimeSpan.FromMinutes(30) ? rest : TimeSpan.FromMinutes(30);
            _ = Temporary.Clock.AgedUnixMilliseconds;
            if (_judge.IsDue(Now)) Take();
        }
    }

    /// <summary>Between two turns: what was taken reaches the disk; a snapshot when that is worth it.</summary>
    public void Keep()
    {
        _memory.Keep(_judge);
        _memory.Settle();
    }

    /// <summary>The process ends; without a plan what is only in its memory is gone.</summary>
    public void Restart(bool isPlanned)
    {
        if (isPlanned) Assert.True(_memory.End(_judge));
        Store();
        _state.Dispose();
        _feed.Dispose();
        Temporary.Close();
        _feed = new FindingFeed(10_000);
        Start();
        Store();
    }

    public IReadOnlyList<StoredFinding> Stored() =>
        Findings().ReadMany(Findings().ReadIds(new FindingQuery { WithHidden = true }, 100_000));

    public void Say(StoredFinding finding, VerdictMeaning meaning)
    {
        var given = new GivenVerdict(meaning, "Ada", "a test", Now, ExpiresUnixMilliseconds: null);
        Verdicts.Give(finding.Id, given);
        _memory.Journal!.BeginTurn(Now);
        _memory.Journal.Add(given.On(finding));
        _judge.AdvanceTo(Now);
        _judge.Apply(given.On(finding));
        _memory.Journal.EndTurn();
        _judge.AdvanceTo(Now);
        Store();
    }

    private FindingStore Findings() => new(_state, Temporary.Catalog, Temporary.Options, Temporary.Clock);

    private void Store() => Findings().Write(_feed.Take());

    private void Start()
    {
        _state = Temporary.OpenState();
        _inputs = KeptInputs.Open(Temporary.Folder, Temporary.Options, Temporary.Clock, Temporary.Time, Temporary.Log.For<StateStore>());
        _memory = new JudgeMemory(
            new JudgeArchive(_state), former: null, _feed, Temporary.Exporters, new JudgeGauges(), Temporary.Time,
            Temporary.Log.For<JudgeThread>(), _inputs);
        _judge = _memory.Recall(() => new Judge(new JudgementOptions(), _feed, Temporary.Exporters));
    }

    private RpcActivity Activity(string client, string server) => Activities.Car(++_number, client, server) with
    {
        Mapper = new FlowSpan(50_000, 135, Now - 40, Now - 20),
        Endpoint = new FlowSpan(50_001, 49_667, Now - 30, Now - 10),
    };

    private AdministrationContact Contact(string client, string server, ushort port) => new()
    {
        Id = Activities.Car(++_number).Id,
        Client = HostAddress.Parse(client),
        Server = HostAddress.Parse(server),
        Flow = new FlowSpan((ushort)(40_000 + (_number % 20_000)), port, Now - 30, Now - 10),
        Exporters = ExporterSet.Of(0),
        SamplingInterval = 1,
        Traffic = new FlowTraffic(900, 700, 0x1B, 0x1B, FlowHalf.Both, DirectionConfidence.Stated),
    };
}
