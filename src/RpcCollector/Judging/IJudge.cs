using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Judging;

/// <summary>What the judge's thread asks of a judge: of the one that learns, or of the idle one.</summary>
internal interface IJudge
{
    /// <summary>What was learned of (server, port); another object once an hour has closed.</summary>
    IKnownEndpoints KnownEndpoints { get; }

    JudgeCounts Counts { get; }

    void Take(in ActivityChange change, long arrivalUnixMilliseconds);

    void Take(in ContactChange change, long arrivalUnixMilliseconds);

    void Take(in RpcOperation operation, long arrivalUnixMilliseconds);

    /// <summary>Judges what has changed and closes hours that are over, by the clock of arrivals.</summary>
    void AdvanceTo(long arrivalUnixMilliseconds);

    /// <summary>The clock was ahead and has been set: judging goes on from an earlier moment.</summary>
    void SetBackTo(long arrivalUnixMilliseconds);

    /// <summary>What a person says of a finding; one that has expired takes back what was said.</summary>
    void Apply(Verdict verdict);

    /// <summary>Everything, open hours included, so that another one goes on from there as if nothing had happened.</summary>
    void Save(Stream stream);

    void Load(Stream stream);

    HostProfile? Host(HostAddress address);

    /// <summary>In order of address.</summary>
    IReadOnlyList<HostProfile> Hosts(HostRole? role);

    /// <summary>On which a host is client or server, in order of client, server and service.</summary>
    IReadOnlyList<EdgeProfile> Edges(HostAddress host);
}
