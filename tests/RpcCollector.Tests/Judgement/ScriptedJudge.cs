using System.Collections.Concurrent;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Judgement;

namespace RpcCollector.Tests.Judgement;

/// <summary>A judge that remembers what it was given, and finds nothing by itself.</summary>
internal sealed class ScriptedJudge : IJudge
{
    private readonly BinaryState _state = new();

    public ConcurrentQueue<string> Taken { get; } = new();

    public ConcurrentQueue<Verdict> Verdicts { get; } = new();

    public List<HostView> KnownHosts { get; } = [];

    public List<EdgeView> KnownEdges { get; } = [];

    /// <summary>Waited for before each fact is taken.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    /// <summary>Thrown when the next fact is taken.</summary>
    public Exception? Failure { get; set; }

    public IKnownEndpoints KnownEndpoints { get; set; } = new CurrentEndpoints();

    public JudgeFigures Figures => new(_state.Facts, Hosts: 3, LateFacts: 5, EvictedEdges: 7, IsLearning: true, EpochStart);

    public long? EpochStart { get; set; }

    /// <summary>Facts taken, those of the saved state included.</summary>
    public long Facts => _state.Facts;

    public bool IsComplete { get; private set; }

    public void Take(in ActivityChange change, long arrivalUnixMilliseconds) => Take($"activity {change.Activity.Client} {change.Kind}");

    public void Take(in ContactChange change, long arrivalUnixMilliseconds) => Take($"contact {change.Contact.Client} {change.Kind}");

    public void Take(in RpcOperation operation, long arrivalUnixMilliseconds) => Take($"operation {operation.Operation}");

    public void AdvanceTo(long arrivalUnixMilliseconds)
    {
    }

    public void Complete() => IsComplete = true;

    public void Apply(Verdict verdict) => Verdicts.Enqueue(verdict);

    public void Save(Stream stream) => _state.Save(stream);

    public void Load(Stream stream) => _state.Load(stream);

    public HostView? Host(HostAddress address) => KnownHosts.Find(host => host.Address == address);

    public IReadOnlyList<HostView> Hosts(HostQuery query) =>
        [.. KnownHosts.Where(host => !(host.Address.CompareTo(query.After ?? default) <= 0 && query.After is not null)).OrderBy(host => host.Address).Take(query.Limit)];

    public IReadOnlyList<EdgeView> Edges(EdgeQuery query) =>
    [
        .. KnownEdges
            .Where(edge => (query.Client is not { } client || edge.Client == client.First) && (query.Server is not { } server || edge.Server == server.First))
            .Where(edge => query.After is not { } after || (edge.Client, edge.Server).CompareTo(after) > 0)
            .GroupBy(edge => (edge.Client, edge.Server)).OrderBy(pair => pair.Key).Take(query.Pairs).SelectMany(pair => pair),
    ];

    private void Take(string fact)
    {
        Gate.Wait(TestContext.Current.CancellationToken);
        if (Failure is { } failure) throw failure;
        Taken.Enqueue(fact);
        _state.Facts++;
    }

    private sealed class BinaryState
    {
        public long Facts { get; set; }

        public void Save(Stream stream)
        {
            using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
            writer.Write(Facts);
        }

        public void Load(Stream stream)
        {
            using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
            Facts = reader.ReadInt64();
        }
    }
}
