using Microsoft.Extensions.Logging;
using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Flows.Time;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Sinks;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using RpcCollector.Store.Outbox;
using RpcCollector.Tests.Store;

namespace RpcCollector.Tests.Sinks;

/// <summary>A store with its journal, and sinks that tell of it; closed and opened again as a process does.</summary>
internal sealed class SinkBench : IDisposable
{
    private const int MostTurns = 1_000;

    public SinkBench() => Open();

    public TemporaryStore Temporary { get; } = new();

    public StateStore State { get; private set; } = null!;

    public OutboxStore Outbox { get; private set; } = null!;

    public FindingStore Findings { get; private set; } = null!;

    public IncidentStore Incidents { get; private set; } = null!;

    public IncidentDeeds Deeds { get; private set; } = null!;

    public SinkReader Reader { get; private set; } = null!;

    public SinkTools Tools { get; private set; } = null!;

    public ArrivalClock Clock => Temporary.Clock;

    public long Now => Temporary.Time.Now.ToUnixTimeMilliseconds();

    public IReadOnlyList<string> Log => Temporary.Log.Lines;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Open()
    {
        State = Temporary.OpenState();
        Findings = new FindingStore(State, Temporary.Catalog, Temporary.Options, Clock);
        Outbox = new OutboxStore(State, Clock) { HasFindings = true };
        var keeper = new IncidentKeeper(State, new IncidentOptions(), Clock, Temporary.Log.For<IncidentKeeper>(), Outbox);
        Incidents = new IncidentStore(State, keeper, Findings, Temporary.Options, Clock, Outbox);
        Deeds = new IncidentDeeds(keeper, new VerdictStore(State, Clock));
        Reader = new SinkReader(Outbox, Incidents, Findings);
        var links = PublicLinks.Of(new HttpOptions { PublicUrl = "https://sensor.example/rpc" });
        var names = new NameBook(new NameOptions());
        Tools = new SinkTools(
            new SinkTexts(new IncidentTexts(names, links), names, links), Clock, TimeProvider.System,
            (ILogger)Temporary.Log.For<SinkService>())
        {
            Backoff = () => new SinkBackoff(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(4)),
        };
    }

    public void Reopen()
    {
        State.Dispose();
        Open();
    }

    public void Pass(TimeSpan time) => Temporary.Pass(time);

    public void Write(params IReadOnlyCollection<FindingChange> changes) => Incidents.Write(changes);

    public IncidentVerdict Verdict(VerdictMeaning meaning) =>
        new(new GivenVerdict(meaning, "Ada", "it was", Now, ExpiresUnixMilliseconds: null), VerdictReach.Incident);

    /// <summary>A sink of these settings, as the appliance has it, where it was.</summary>
    public SinkRunner Sink(SinkOptions options)
    {
        var runner = Assert.Single(new SinkSet([options], Reader, Tools).Runners);
        Outbox.HasFindings = true;
        runner.Begin();
        return runner;
    }

    /// <summary>Lets a sink tell all that waits.</summary>
    /// <returns>The failures on the way.</returns>
    public static async Task<IReadOnlyList<SinkFailure>> TellAsync(SinkRunner sink, int mostFailures = int.MaxValue)
    {
        var failures = new List<SinkFailure>();
        for (var turn = 0; turn < MostTurns; turn++)
        {
            var outcome = await sink.TakeTurnAsync(Stop);
            if (outcome.Failure is { } failure) failures.Add(failure);
            if (failures.Count >= mostFailures || !outcome.DidSomething) return failures;
        }

        throw new InvalidOperationException($"It is still telling after {MostTurns} turns.");
    }

    public void Dispose()
    {
        State.Dispose();
        Temporary.Dispose();
    }
}
