using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using RpcCollector.Options;

namespace RpcCollector.Scale.Nats;

/// <summary>
/// The streams FLOW and ACT: a judge makes them at the hubs, and has them take what sensors' leaves hold; a sensor makes those of its leaf.
/// </summary>
/// <remarks>
/// A leaf is a JetStream domain of its own: its streams have the same names, and the hubs' streams source them. Of ACT a leaf holds what
/// sensors tell, and no more. It is made closed, under a subject that nobody appends to, and opened once its numbers begin where the hubs
/// will look for them: what is appended before that would be confirmed, and be gone.
/// </remarks>
internal sealed class NatsStreams(ScaleOptions options)
{
    private const string Section = $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Scale)}";
    private const int NotFound = 404;

    private string Urls => string.Join(", ", options.Nats.Urls);

    private bool IsOfLeaf => options.Nats.LeafDomain.Length > 0;

    /// <summary>The leaf whose stream a source is; null for another one.</summary>
    public static string? LeafOf(ExternalStreamSource? external) =>
        external?.Api is { } api && api.StartsWith("$JS.", StringComparison.Ordinal) && api.EndsWith(".API", StringComparison.Ordinal)
            && api.Length > 8 ? api[4..^4] : null;

    /// <summary>Whether a leaf's stream was made and not opened: whoever made it ended, or lost the server, in between.</summary>
    public static bool IsClosed(StreamConfig made) =>
        made.Subjects is { } subjects && subjects.SequenceEqual([NatsSubjects.Closed(made.Name!)], StringComparer.Ordinal);

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
            var begun = IsOfLeaf ? wanted with { Subjects = [NatsSubjects.Closed(wanted.Name!)] } : wanted;
            made = (await streams.CreateStreamAsync(begun, stopping)).Info;
        }

        if (!IsClosed(made.Config)) CheckPartitions(stream, made.Config);
        if (IsOfLeaf) await BringUpAsync(streams, made, wanted, stopping);
        else if (options.Role == ScaleRole.Judge) await UpdateAsync(streams, made.Config, wanted, stopping);
        else if (!HaveSameSubjects(made.Config, wanted))
            throw new FlowLogException(
                $"the stream {wanted.Name} of the broker at {Urls} is of a former version: the judge brings it up to date at its start");
    }

    private void CheckPartitions(LogStream stream, StreamConfig made)
    {
        // One that a former version made has the same partitions under other subjects.
        var known = (made.Subjects ?? []).Select(NatsSubjects.PartitionOf).OfType<int>().Distinct().Order().ToArray();
        if (known.SequenceEqual(PartitionsOf(stream))) return;
        throw new StartupException(
            $"{Section}:{nameof(ScaleOptions.Partitions)}: the stream {NatsSubjects.StreamOf(stream)} of the broker was made for " +
            $"{known.Length} partitions, not for {options.Partitions}; the number is the same for all, and for good");
    }

    private static async Task UpdateAsync(NatsJSContext streams, StreamConfig made, StreamConfig wanted, CancellationToken stopping)
    {
        if (HaveSameSubjects(made, wanted) && Sources(made).SetEquals(Sources(wanted))) return;

        // A source that is known goes on asking as before: with another filter it is left out first, and begins behind what it brought.
        var filters = (made.Sources ?? []).Select(source => source.FilterSubject).Distinct(StringComparer.Ordinal).ToArray();
        if (filters.Except((wanted.Sources ?? []).Select(source => source.FilterSubject), StringComparer.Ordinal).Any())
            await streams.UpdateStreamAsync(made with { Subjects = wanted.Subjects, Sources = null }, stopping);
        await streams.UpdateStreamAsync(made with { Subjects = wanted.Subjects, Sources = wanted.Sources }, stopping);
    }

    /// <summary>A leaf's stream counts from the time at which it was made, and has the subjects and bounds of the settings.</summary>
    private static async Task BringUpAsync(NatsJSContext streams, StreamInfo made, StreamConfig wanted, CancellationToken stopping)
    {
        // The hubs go on behind the last that they have of a leaf: one that is made anew and began at 1 would be waited for for good. So
        // it begins at the microsecond at which it was made, by the leaf's clock, and no leaf takes a million messages a second. Of two
        // sensors that open it both have the same number, and what the one has appended by then the other leaves.
        var config = made.Config;
        if (IsClosed(config) || made.State.LastSeq == 0)
        {
            var first = (ulong)(made.Created - DateTimeOffset.UnixEpoch).TotalMicroseconds;
            await streams.PurgeStreamAsync(wanted.Name!, new StreamPurgeRequest { Seq = first }, stopping);
        }

        if (config.MaxBytes != wanted.MaxBytes || config.MaxAge != wanted.MaxAge || !HaveSameSubjects(config, wanted))
            await streams.UpdateStreamAsync(
                config with { Subjects = wanted.Subjects, MaxBytes = wanted.MaxBytes, MaxAge = wanted.MaxAge }, stopping);
    }

    private static bool HaveSameSubjects(StreamConfig made, StreamConfig wanted) =>
        (made.Subjects ?? []).ToHashSet(StringComparer.Ordinal).SetEquals(wanted.Subjects!);

    private static HashSet<(string, string?)> Sources(StreamConfig stream) =>
        [.. (stream.Sources ?? []).Select(source => (LeafOf(source.External) ?? source.Name ?? "", source.FilterSubject))];

    private StreamConfig Wanted(LogStream stream) => new(NatsSubjects.StreamOf(stream), SubjectsOf(stream))
    {
        Description = stream == LogStream.Flow
            ? "Flow starts of RpcCollector, for each partition a subject for each sensor and one for the judge"
            : "What RpcCollector's judge is to take, a subject for each partition and each sensor, and one for what was said",
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
        var partitions = PartitionsOf(stream).Select(number =>
            NatsSubjects.Of(stream == LogStream.Flow ? LogSubject.Flow(number) : LogSubject.Act(number)));
        if (stream == LogStream.Flow) return [.. partitions];
        return IsOfLeaf ? [NatsSubjects.AllTold] : [.. partitions, NatsSubjects.AllTold, NatsSubjects.Of(LogSubject.Said)];
    }

    // What follows from partitions is said at the hubs.
    private IEnumerable<int> PartitionsOf(LogStream stream) =>
        IsOfLeaf && stream == LogStream.Act ? [] : Enumerable.Range(0, options.Partitions);

    /// <summary>A leaf's stream of the same name; what it sends comes under a subject that names the leaf.</summary>
    private static StreamSource SourceOf(LogStream stream, string leaf) => new()
    {
        Name = NatsSubjects.StreamOf(stream),
        FilterSubject = stream == LogStream.Act ? NatsSubjects.AllTold : null,
        External = new ExternalStreamSource { Api = LeafOrigin.ApiOf(leaf), Deliver = $"LEAF.{leaf}" },
    };
}
