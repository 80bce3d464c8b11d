using System.Collections.Concurrent;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Judging;

namespace RpcCollector.Tests.Judging;

/// <summary>A judge that remembers what it was given, and finds nothing by itself.</summary>
internal sealed class ScriptedJudge : IJudge
{
    private readonly BinaryState _state = new();

    public ConcurrentQueue<string> Taken { get; } = new();

    public ConcurrentQueue<Verdict> Verdicts { get; } = new();

    public List<HostProfile> KnownHosts { get; } = [];

    public List<EdgeProfile> KnownEdges { get; } = [];

    /// <summary>Waited for before each fact is taken.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    /// <summary>Thrown when the next fact is taken.</summary>
    public Exception? Failure { get; set; }

    public IKnownEndpoints KnownEndpoints { get; set; } = new CurrentEndpoints();

    public JudgeCounts Counts => new() { Facts = _state.Facts, Late = 5, EvictedEdges = 7, Hosts = 3, Edges = 11, IsLearning = true };

    /// <summary>Facts taken, those of the saved state included.</summary>
    public long Facts => _state.Facts;

    public void Take(in ActivityChange change, long arrivalUnixMilliseconds) => Take($"activity {change.Activity.Client} {change.Kind}");

    public void Take(in ContactChange change, long arrivalUnixMilliseconds) => Take($"contact {change.Contact.Client} {change.Kind}");

    public void Take(in RpcOperation operation, long arrivalUnixMilliseconds) => Take($"operation {operation.Operation}");

    public void AdvanceTo(long arrivalUnixMilliseconds)
    {
    }

    public void SetBackTo(long arrivalUnixMilliseconds) => Take("set back");

    public void Apply(Verdict verdict) => Verdicts.Enqueue(verdict);

    public void Save(Stream stream) => _state.Save(stream);

    public void Load(Stream stream) => _state.Load(stream);

    public HostProfile? Host(HostAddress address) => KnownHosts.Find(host => host.Address == address);

    public IReadOnlyList<HostProfile> Hosts(HostRole? role) => [.. KnownHosts.Where(host => role is null || host.Role == role).OrderBy(host => host.Address)];

    public IReadOnlyList<EdgeProfile> Edges(HostAddress host) =>
        [.. KnownEdges.Where(edge => edge.Client == host || edge.Server == host).OrderBy(edge => edge.Client).ThenBy(edge => edge.Server).ThenBy(edge => edge.Service)];

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
            writer.Write(~Facts);
        }

        public void Load(Stream stream)
        {
            using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
            var facts = reader.ReadInt64();
            if (reader.ReadInt64() != ~facts) throw new InvalidDataException("the two numbers do not fit");
            Facts = facts;
        }
    }
}
