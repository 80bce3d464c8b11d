using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Detection;
using RpcCollector.Detection.Advice;
using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Naming;
using RpcCollector.Store;
using RpcCollector.Store.Findings;

namespace RpcCollector.Http;

/// <summary>/api/v1/kinds, and what to look at next for a finding.</summary>
internal static class AdviceEndpoints
{
    // The table does not change while the program runs.
    private static readonly KindsPage Kinds = new([.. KindAdvice.All.Select(KindJson.From)]);

    public static Ok<KindsPage> ReadKinds() => TypedResults.Ok(Kinds);

    public static Results<Ok<KindJson>, ProblemHttpResult> ReadKind([Description("The kind, such as remote-service.")] string kind) =>
        KebabCase<FindingKind>.TryParse(kind, out var known)
            ? TypedResults.Ok(Kinds.Items[KindAdvice.All.ToList().FindIndex(advice => advice.Kind == known)])
            : StoreProblem.NotFound($"There is no kind of finding '{kind}'.");

    public static Results<Ok<NextJson>, ProblemHttpResult> ReadNext(
        FindingStore store, NameBook names, [Description("The finding's id: 16 hexadecimal digits.")] string id)
    {
        try
        {
            return FindingEndpoints.TryParseId(id, out var number) && store.Find(number) is { } finding
                ? TypedResults.Ok(NextJson.From(FindingJson.IdOf(finding.Id), FindingAdvice.For(SubjectOf(finding, names))))
                : StoreProblem.NoSuchFinding(id);
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    private static AdviceSubject SubjectOf(StoredFinding finding, NameBook names) => new()
    {
        Kind = finding.Kind,
        Client = finding.Client,
        ClientName = names.Find(finding.Client, finding.LastSeenUnixMilliseconds)?.Name,
        Server = finding.Server,
        ServerName = finding.Server is { } server ? names.Find(server, finding.LastSeenUnixMilliseconds)?.Name : null,
        NumServers = finding.NumServers,
        FirstSeenUnixMilliseconds = finding.FirstSeenUnixMilliseconds,
        LastSeenUnixMilliseconds = finding.LastSeenUnixMilliseconds,
        Operations = finding.Operations,
        Flows = [.. finding.Flows.Select(FlowOf).OfType<AdviceFlow>()],
    };

    // What the store has is text; what is no address or port is left out.
    private static AdviceFlow? FlowOf(StoredFlow flow) =>
        HostAddress.TryParse(flow.Client, out var client) && HostAddress.TryParse(flow.Server, out var server)
        && flow is { ClientPort: >= 0 and <= ushort.MaxValue, ServerPort: >= 0 and <= ushort.MaxValue }
            ? new AdviceFlow(client, (ushort)flow.ClientPort, server, (ushort)flow.ServerPort)
            : null;
}
