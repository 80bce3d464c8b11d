using System.Globalization;
using System.Runtime.CompilerServices;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using RpcCollector.Options;

namespace RpcCollector.Scale.Nats;

/// <summary>
/// The log in NATS JetStream: the stream FLOW with the subjects FLOW.0 to FLOW.n, a key-value bucket for leases, and an object store
/// for snapshots.
/// </summary>
/// <remarks>
/// The judge makes all three; a sensor may do no more than append and look at the stream (docs/scale-out.md). JetStream confirms what it
/// has written before it has synchronised the disk.
/// </remarks>
internal sealed class NatsFlowLog(ScaleOptions options, NatsOpts servers) : IFlowLog
{
    public const string Stream = "FLOW";

    private const int NotFound = 404;

    // What one read asks for ahead: a few batches, so that a reader that is behind holds the broker up, and not its own memory.
    private const int BatchesAhead = 16;

    // While it is not connected the client would wait for good. Shorter than a part may be silent.
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestSnapshot = TimeSpan.FromMinutes(1);

    private readonly NatsConnection _connection = new(servers);
    private NatsJSContext? _stream;
    private NatsLeases? _leases;
    private NatsSnapshots? _snapshots;
    private volatile string? _absence = "not connected yet";

    public string? Absence =>
        _connection.ConnectionState == NatsConnectionState.Open ? _absence : _absence ?? $"the broker at {Urls} is not connected";

    private string Urls => string.Join(", ", options.Nats.Urls);

    public async Task OpenAsync(CancellationToken stopping)
    {
        using var patience = Patience(LongestRequest, stopping);
        try
        {
            if (_connection.ConnectionState != NatsConnectionState.Open)
                await _connection.ConnectAsync().AsTask().WaitAsync(patience.Token);
            var stream = new NatsJSContext(_connection);
            await PrepareAsync(stream, patience.Token);
            if (options.Role == ScaleRole.Judge)
            {
                _leases = await NatsLeases.OpenAsync(stream, options, patience.Token);
                _snapshots = await NatsSnapshots.OpenAsync(stream, options, patience.Token);
            }

            (_stream, _absence) = (stream, null);
        }
        catch (Exception failure) when (IsRefusal(failure))
        {
            throw new StartupException(
                $"{CollectorOptions.RootSection}:Scale:Nats: the broker at {Urls} refuses these credentials ({ReasonOf(failure)})",
                failure);
        }
        catch (Exception failure) when (IsOfBroker(failure, stopping))
        {
            throw Away(failure);
        }
    }

    public async Task AppendAsync(int partition, ReadOnlyMemory<byte> batch, CancellationToken stopping)
    {
        if (_stream is null) throw new FlowLogException(_absence ?? "not connected yet");
        using var patience = Patience(LongestRequest, stopping);
        try
        {
            var acknowledged = await _stream.PublishAsync(
                SubjectOf(partition), batch, opts: new NatsJSPubOpts { RetryAttempts = 1 }, cancellationToken: patience.Token);
            acknowledged.EnsureSuccess();
            _absence = null;
        }
        catch (Exception failure) when (IsOfBroker(failure, stopping))
        {
            throw Away(failure);
        }
    }

    public async IAsyncEnumerable<LogEntry> ReadAsync(int partition, long from, [EnumeratorCancellation] CancellationToken stopping)
    {
        // A consumer that is gone with its server is silent: what it should have said of itself ends the reading, too.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var entries = await Guarded(ConsumeAsync(partition, from, patience), stopping);
        await using (entries)
        {
            for (ulong delivered = 1; await Guarded(entries.MoveNextAsync(), stopping); delivered++)
            {
                if (entries.Current.Metadata is not { } of || entries.Current.Data is not { } batch) continue;

                // Without acknowledgements nothing is sent twice: what was lost on the way is read anew.
                if (of.Sequence.Consumer != delivered) throw new FlowLogException("a message was lost on the way from the broker");
                _absence = null;
                yield return new LogEntry((long)of.Sequence.Stream, of.Timestamp.ToUnixTimeMilliseconds(), batch, (long)of.NumPending);
            }
        }

        stopping.ThrowIfCancellationRequested();
        throw new FlowLogException("the broker ended the reading");
    }

    public Task<HeldLease> HoldAsync(string name, string holder, HeldLease? held, CancellationToken stopping) =>
        BoundedAsync(LongestRequest, patience => Opened(_leases).HoldAsync(name, holder, held, patience), stopping);

    public Task PutSnapshotAsync(string name, ReadOnlyMemory<byte> snapshot, CancellationToken stopping) =>
        BoundedAsync(LongestSnapshot, patience => Opened(_snapshots).PutAsync(name, snapshot, patience), stopping);

    public Task<byte[]?> GetSnapshotAsync(string name, CancellationToken stopping) =>
        BoundedAsync(LongestSnapshot, patience => Opened(_snapshots).GetAsync(name, patience), stopping);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static string SubjectOf(int partition) => string.Create(CultureInfo.InvariantCulture, $"{Stream}.{partition}");

    private static T Opened<T>(T? part)
        where T : class => part ?? throw new FlowLogException("not connected yet");

    private async ValueTask<IAsyncEnumerator<INatsJSMsg<byte[]>>> ConsumeAsync(int partition, long from, CancellationTokenSource patience)
    {
        // A stream that was made anew, or whose broker lost its last minutes, ends before what was read of it: read what it has.
        var state = (await Opened(_stream).GetStreamAsync(Stream, cancellationToken: patience.Token)).Info.State;
        if (from > (long)state.LastSeq + 1) from = 1;

        // Gone by itself when nobody reads. With a name of its own and one filter: servers before 2.10 make up no name and know no list.
        var wanted = new ConsumerConfig
        {
            Name = $"partition-{partition}-{Guid.NewGuid():N}",
            FilterSubject = SubjectOf(partition),
            AckPolicy = ConsumerConfigAckPolicy.None,
            DeliverPolicy = from > 1 ? ConsumerConfigDeliverPolicy.ByStartSequence : ConsumerConfigDeliverPolicy.All,
            OptStartSeq = from > 1 ? (ulong)from : 0,
            InactiveThreshold = TimeSpan.FromMinutes(1),
            MemStorage = true,
            NumReplicas = 1,
        };
        var consumer = await Opened(_stream).CreateConsumerAsync(Stream, wanted, patience.Token);
        var ahead = new NatsJSConsumeOpts
        {
            MaxMsgs = BatchesAhead,
            IdleHeartbeat = TimeSpan.FromSeconds(2),
            NotificationHandler = async (notice, _) =>
            {
                if (notice is NatsJSTimeoutNotification) await patience.CancelAsync();
            },
        };
        return consumer.ConsumeAsync<byte[]>(opts: ahead, cancellationToken: patience.Token).GetAsyncEnumerator(patience.Token);
    }

    /// <summary>The stream is there, for as many partitions as there are to be.</summary>
    private async Task PrepareAsync(NatsJSContext stream, CancellationToken stopping)
    {
        string[] subjects = [.. Enumerable.Range(0, options.Partitions).Select(SubjectOf)];
        ICollection<string>? known;
        try
        {
            known = (await stream.GetStreamAsync(Stream, cancellationToken: stopping)).Info.Config.Subjects;
        }
        catch (NatsJSApiException missing) when (missing.Error.Code == NotFound)
        {
            if (options.Role != ScaleRole.Judge)
                throw new FlowLogException($"the broker at {Urls} has no stream {Stream} yet: the judge makes it at its first start");
            await stream.CreateStreamAsync(Wanted(subjects), stopping);
            return;
        }

        if (known is not null && subjects.ToHashSet(StringComparer.Ordinal).SetEquals(known)) return;
        throw new StartupException(
            $"{CollectorOptions.RootSection}:Scale:Partitions: the stream {Stream} of the broker was made for {known?.Count ?? 0} " +
            $"partitions, not for {options.Partitions}; the number is the same for all, and for good");
    }

    private StreamConfig Wanted(string[] subjects) => new(Stream, subjects)
    {
        Description = "Flow starts of RpcCollector, a subject for each partition",
        Storage = StreamConfigStorage.File,
        Retention = StreamConfigRetention.Limits,
        Discard = StreamConfigDiscard.Old,
        MaxAge = options.Nats.MaxAge,
        MaxBytes = options.Nats.MaxBytes,
        NumReplicas = options.Nats.Replicas,
        DenyDelete = true,
    };

    private async ValueTask<T> Guarded<T>(ValueTask<T> work, CancellationToken stopping)
    {
        try
        {
            return await work;
        }
        catch (Exception failure) when (IsOfBroker(failure, stopping))
        {
            throw Away(failure);
        }
    }

    private async Task<T> BoundedAsync<T>(TimeSpan longest, Func<CancellationToken, Task<T>> work, CancellationToken stopping)
    {
        using var patience = Patience(longest, stopping);
        return await Guarded(new ValueTask<T>(work(patience.Token)), stopping);
    }

    private static CancellationTokenSource Patience(TimeSpan longest, CancellationToken stopping)
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(longest);
        return patience;
    }

    private FlowLogException Away(Exception failure)
    {
        _absence = $"the broker at {Urls}: {ReasonOf(failure)}";
        return new FlowLogException(_absence, failure);
    }

    // The client reports a time that has run out as cancelled, too.
    private static bool IsOfBroker(Exception failure, CancellationToken stopping) =>
        failure is NatsException or NatsJSException or IOException or TimeoutException or System.Net.Sockets.SocketException
            or ObjectDisposedException
        || (failure is OperationCanceledException && !stopping.IsCancellationRequested);

    private static bool IsRefusal(Exception? failure) =>
        failure is not null && (failure.Message.Contains("Authorization Violation", StringComparison.OrdinalIgnoreCase)
            || failure.Message.Contains("nkey", StringComparison.OrdinalIgnoreCase)
            || IsRefusal(failure.InnerException));

    private static string ReasonOf(Exception failure)
    {
        if (failure is OperationCanceledException) return "no answer in time";
        var innermost = failure;
        while (innermost.InnerException is { } inner) innermost = inner;
        return innermost.Message.ReplaceLineEndings(" ");
    }
}
