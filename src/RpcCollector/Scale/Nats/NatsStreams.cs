using System.Globalization;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using RpcCollector.Options;

namespace RpcCollector.Scale.Nats;

/// <summary>
/// The streams FLOW and ACT: a judge makes them at the hubs, and has them take what sensors' leaves hold; a sensor makes those of its leaf.
/// </summary>
/// <remarks>
/// A leaf is a JetStream domain of its own: its streams have the same names, and the hubs' streams source them. Of ACT a leaf holds what
/// sensors tell, and no more.
/// </remarks>
internal sealed class NatsStreams(ScaleOptions options)
{
    /// <summary>The subjects of what the judge is to take.</summary>
    public const string AllActs = ActStream + ".>";

    private const string Section = $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Scale)}";
    private const string FlowStream = "FLOW";
    private const string ActStream = "ACT";
    private const string Told = "told";
    private const string Said = "said";

    // Set by the server itself on each message that came from a leaf.
    private const string SourcedFrom = "Nats-Stream-Source";

    private const int NotFound = 404;

    private string Urls => string.Join(", ", options.Nats.Urls);

    private bool IsOfLeaf => options.Nats.LeafDomain.Length > 0;

    public static string NameOf(LogStream stream) => stream == LogStream.Flow ? FlowStream : ActStream;

    public static string SubjectOf(LogSubject of) =>
        $"{NameOf(of.Stream)}.{of.Partition?.ToString(CultureInfo.InvariantCulture) ?? (of.IsSaid ? Said : Told)}";

    /// <summary>Where a message for the judge was appended at the hubs.</summary>
    /// <remarks>
    /// Whoever holds a leaf decides what its messages are called, and no permission of the hubs is asked: what came from one is what
    /// sensors tell, and nothing that a correlator or a judge said.
    /// </remarks>
    public static LogSubject ActOf(string subject, NatsHeaders? headers)
    {
        if (headers?.ContainsKey(SourcedFrom) == true) return LogSubject.Told;
        if (string.Equals(subject, SubjectOf(LogSubject.Said), StringComparison.Ordinal)) return LogSubject.Said;
        return int.TryParse(subject.AsSpan(ActStream.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            ? LogSubject.Act(partition) : LogSubject.Told;
    }

    /// <summary>The leaf whose stream a source is; null for another one.</summary>
    public static string? LeafOf(ExternalStreamSource? external) =>
        external?.Api is { } api && api.StartsWith("$JS.", StringComparison.Ordinal) && api.EndsWith(".API", StringComparison.Ordinal)
            && api.Length > 8 ? api[4..^4] : null;

    /// <summary>Both streams are there, for as many partitions as there are to be.</summary>
    /// <exception cref="StartupException">They have another number of partitions, or the server is not the leaf.</exception>
    public async Task PrepareAsync(NatsJSContext streams, CancellationToken stopping)
    {
        if (IsOfLeaf) await CheckDomainAsync(streams, stopping);
        await PrepareAsync(streams, LogStream.Flow, stopping);
        await PrepareAsync(streams, LogStream.Act, stopping);
    }

    // Streams of the hubs must not be taken for the leaf's, and changed.
    private async Task CheckDomainAsync(NatsJSContext streams, CancellationToken stopping)
    {
        var domain = (await streams.GetAccountInfoAsync(stopping)).Domain ?? "";
        if (!string.Equals(domain, options.Nats.LeafDomain, StringComparison.Ordinal))
            throw new StartupException(
                $"{Section}:{nameof(ScaleOptions.Nats)}:{nameof(NatsOptions.LeafDomain)}: the server at {Urls} is of " +
                $"{(domain.Length == 0 ? "no domain" : $"the domain '{domain}'")}, not of '{options.Nats.LeafDomain}'");
    }

    private async Task PrepareAsync(NatsJSContext streams, LogStream stream, CancellationToken stopping)
    {
        var wanted = Wanted(stream);
        StreamInfo made;
        try
        {
            made = (await streams.GetStreamAsync(wanted.Name!, cancellationToken: stopping)).Info;
        }
        catch (NatsJSApiException missing) when (missing.Error.Code == NotFound)
        {
            if (options.Role != ScaleRole.Judge && !IsOfLeaf)
                throw new FlowLogException($"the broker at {Urls} has no stream {wanted.Name} yet: the judge makes it at its first start");
            made = (await streams.CreateStreamAsync(wanted, stopping)).Info;
        }

        CheckPartitions(stream, made.Config, wanted);
        if (IsOfLeaf) await BringUpAsync(streams, made, wanted, stopping);
        else if (options.Role == ScaleRole.Judge && !IsAsWanted(made.Config, wanted))
            await streams.UpdateStreamAsync(made.Config with { Subjects = wanted.Subjects, Sources = wanted.Sources }, stopping);
    }

    private static void CheckPartitions(LogStream stream, StreamConfig made, StreamConfig wanted)
    {
        // One that a former version made has not all of them.
        string[] others = stream == LogStream.Act ? [SubjectOf(LogSubject.Told), SubjectOf(LogSubject.Said)] : [];
        string[] known = [.. (made.Subjects ?? []).Except(others, StringComparer.Ordinal)];
        string[] expected = [.. wanted.Subjects!.Except(others, StringComparer.Ordinal)];
        if (expected.ToHashSet(StringComparer.Ordinal).SetEquals(known)) return;
        throw new StartupException(
            $"{Section}:{nameof(ScaleOptions.Partitions)}: the stream {wanted.Name} of the broker was made for {known.Length} " +
            $"partitions, not for {expected.Length}; the number is the same for all, and for good");
    }

    /// <summary>A leaf's stream has the bounds of the settings, and counts from the time at which it was made.</summary>
    private static async Task BringUpAsync(NatsJSContext streams, StreamInfo made, StreamConfig wanted, CancellationToken stopping)
    {
        if (made.Config.MaxBytes != wanted.MaxBytes || made.Config.MaxAge != wanted.MaxAge)
            await streams.UpdateStreamAsync(made.Config with { MaxBytes = wanted.MaxBytes, MaxAge = wanted.MaxAge }, stopping);

        // The hubs go on behind the last that they have of a leaf: one that is made anew and began at 1 would be waited for for good. So
        // it begins at the microsecond at which it was made, by the leaf's clock, and no leaf takes a million messages a second.
        if (made.State.LastSeq > 0) return;
        var first = (ulong)(made.Created - DateTimeOffset.UnixEpoch).TotalMicroseconds;
        await streams.PurgeStreamAsync(wanted.Name!, new StreamPurgeRequest { Seq = first }, stopping);
    }

    private static bool IsAsWanted(StreamConfig made, StreamConfig wanted) =>
        !wanted.Subjects!.Except(made.Subjects ?? [], StringComparer.Ordinal).Any()
        && Leaves(made).SetEquals(Leaves(wanted));

    private static HashSet<string> Leaves(StreamConfig stream) =>
        [.. (stream.Sources ?? []).Select(source => LeafOf(source.External) ?? source.Name ?? "")];

    private StreamConfig Wanted(LogStream stream) => new(NameOf(stream), SubjectsOf(stream))
    {
        Description = stream == LogStream.Flow
            ? "Flow starts of RpcCollector, a subject for each partition"
            : "What RpcCollector's judge is to take, a subject for each partition and one for what was told",
        Storage = StreamConfigStorage.File,
        Retention = StreamConfigRetention.Limits,
        Discard = StreamConfigDiscard.Old,
        MaxAge = options.Nats.MaxAge,
        MaxBytes = options.Nats.MaxBytes,
        NumReplicas = IsOfLeaf ? 1 : options.Nats.Replicas,
        DenyDelete = true,
        Sources = options.Nats.Leaves.Length == 0 ? null : [.. options.Nats.Leaves.Select(leaf => SourceOf(stream, leaf))],
    };

    private string[] SubjectsOf(LogStream stream)
    {
        if (IsOfLeaf && stream == LogStream.Act) return [SubjectOf(LogSubject.Told)];
        var partitions = Enumerable.Range(0, options.Partitions).Select(number => SubjectOf(new LogSubject(stream, number)));
        return stream == LogStream.Flow
            ? [.. partitions] : [.. partitions, SubjectOf(LogSubject.Told), SubjectOf(LogSubject.Said)];
    }

    /// <summary>A leaf's stream of the same name; what it sends comes under a subject that names the leaf.</summary>
    private static StreamSource SourceOf(LogStream stream, string leaf) => new()
    {
        Name = NameOf(stream),
        FilterSubject = stream == LogStream.Act ? SubjectOf(LogSubject.Told) : null,
        External = new ExternalStreamSource { Api = $"$JS.{leaf}.API", Deliver = $"LEAF.{leaf}" },
    };
}
