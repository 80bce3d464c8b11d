using System.Globalization;
using System.Runtime.CompilerServices;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using RpcCollector.Options;

namespace RpcCollector.Scale.Nats;

/// <summary>
/// The logs in NATS JetStream: the streams FLOW and ACT (<see cref="NatsSubjects"/>), a key-value bucket for leases, and an object store
/// for snapshots.
/// </summary>
/// <remarks>
/// The judge makes all of it; a sensor may do no more than append and look at the streams (docs/scale-out.md), but at a leaf of its own,
/// where it makes them. JetStream confirms what it has written before it has synchronised the disk.
/// </remarks>
internal sealed class NatsFlowLog : IFlowLog, ILeafLook
{
    // What one read asks for ahead: a few batches, so that a reader that is behind holds the broker up, and not its own memory.
    private const int BatchesAhead = 16;

    // While it is not connected the client would wait for good. Shorter than a part may be silent.
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestRequest = TimeSpan.FromMilliseconds(700);
    private const int ShortRequests = 4;
    private static readonly TimeSpan LongestSnapshot = TimeSpan.FromMinutes(1);

    private readonly ScaleOptions _options;
    private readonly NatsConnection _connection;
    private readonly NatsPublishing _publishing;
    private readonly NatsStreams _prepared;
    private readonly ReadStreams _read = new();
    private readonly SemaphoreSlim _opening = new(1, 1);
    private NatsJSContext? _streams;
    private NatsLeases? _leases;
    private NatsSnapshots? _snapshots;
    private volatile string? _absence = "not connected yet";

    public NatsFlowLog(ScaleOptions options, NatsOpts servers)
    {
        (_options, _connection, _prepared) = (options, new NatsConnection(servers), new NatsStreams(options));
        _publishing = new NatsPublishing(_connection);
    }

    public string? Absence =>
        _connection.ConnectionState == NatsConnectionState.Open ? _absence : _absence ?? $"the broker at {Urls} is not connected";

    private string Urls => string.Join(", ", _options.Nats.Urls);

    public async Task OpenAsync(CancellationToken stopping)
    {
        // Whoever watches the leaves opens it again where a server was made anew.
        await _opening.WaitAsync(stopping);
        try
        {
            await OpenAloneAsync(stopping);
        }
        finally
        {
            _opening.Release();
        }
    }

    public async Task AppendAsync(LogSubject to, ReadOnlyMemory<byte> message, CancellationToken stopping)
    {
        if (_streams is null) throw new FlowLogException(_absence ?? "not connected yet");
        using var patience = Patience(LongestRequest, stopping);
        try
        {
            await _publishing.AppendAsync(_streams, NatsSubjects.Of(to), message, patience);
            _absence = null;
        }
        catch (Exception failure) when (IsOfBroker(failure, stopping))
        {
            throw Away(failure);
        }
    }

    public async IAsyncEnumerable<LogEntry> ReadAsync(LogSubject of, long from, [EnumeratorCancellation] CancellationToken stopping)
    {
        // A consumer that is gone with its server is silent: what it should have said of itself ends the reading, too.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var (entries, madeAt) = await Guarded(ConsumeAsync(of, from, patience), stopping);
        await using (entries)
        {
            for (ulong delivered = 1; await Guarded(entries.MoveNextAsync(), stopping); delivered++)
            {
                if (entries.Current.Metadata is not { } at || entries.Current.Data is not { } batch) continue;

                // Without acknowledgements nothing is sent twice: what was lost on the way is read anew.
                if (at.Sequence.Consumer != delivered) throw new FlowLogException("a message was lost on the way from the broker");
                _absence = null;
                _read.Note(of, madeAt, at.Timestamp);
                yield return new LogEntry(
                    (long)at.Sequence.Stream, at.Timestamp.ToUnixTimeMilliseconds(), batch, (long)at.NumPending,
                    NatsSubjects.Read(of.Stream, entries.Current.Subject, entries.Current.Headers));
            }
        }

        stopping.ThrowIfCancellationRequested();
        throw new FlowLogException("the broker ended the reading");
    }

    public Task<HeldLease> HoldAsync(string name, string holder, HeldLease? held, CancellationToken stopping) =>
        BoundedAsync(LongestRequest, patience => Opened(_leases).HoldAsync(name, holder, held, patience), stopping);

    public Task<HeldLease?> FindLeaseAsync(string name, CancellationToken stopping) =>
        BoundedAsync(LongestRequest, patience => Opened(_leases).FindAsync(name, patience), stopping);

    public Task GiveBackAsync(string name, HeldLease held, CancellationToken stopping) =>
        BoundedAsync(LongestRequest, patience => Opened(_leases).GiveBackAsync(name, held, patience), stopping);

    public Task PutSnapshotAsync(string name, ReadOnlyMemory<byte> snapshot, CancellationToken stopping) =>
        BoundedAsync(LongestSnapshot, patience => Opened(_snapshots).PutAsync(name, snapshot, patience), stopping);

    public Task<byte[]?> GetSnapshotAsync(string name, CancellationToken stopping) =>
        BoundedAsync(LongestSnapshot, patience => Opened(_snapshots).GetAsync(name, patience), stopping);

    public Task<OwnLeaf> LookAtOwnAsync(CancellationToken stopping) =>
        BoundedAsync(LongestRequest, patience => NatsLeaves.OwnAsync(Opened(_streams), _options, patience), stopping);

    public Task<IReadOnlyList<LeafStanding>> LookAtLeavesAsync(CancellationToken stopping) =>
        BoundedAsync(LongestRequest, patience => NatsLeaves.AllAsync(Opened(_streams), _options, patience), stopping);

    public ValueTask DisposeAsync()
    {
        _opening.Dispose();
        return _connection.DisposeAsync();
    }

    private static T Opened<T>(T? part)
        where T : class => part ?? throw new FlowLogException("not connected yet");

    /// <returns>The entries, and when their stream was made.</returns>
    private async ValueTask<(IAsyncEnumerator<INatsJSMsg<byte[]>> Entries, DateTimeOffset MadeAt)> ConsumeAsync(
        LogSubject of, long from, CancellationTokenSource patience)
    {
        var stream = NatsSubjects.StreamOf(of.Stream);
        var info = (await AskAgainAsync(
            asked => Opened(_streams).GetStreamAsync(stream, cancellationToken: asked), patience.Token)).Info;
        from = _read.FirstOf(of, from, (long)info.State.LastSeq, info.Created);

        // Gone by itself when nobody reads. Under a name of its own and with one filter: servers before 2.10 make up no name, and know no
        // list.
        var wanted = new ConsumerConfig
        {
            Name = of.Partition is { } partition ? $"partition-{partition}" : "judge",
            FilterSubject = NatsSubjects.Of(of),
            AckPolicy = ConsumerConfigAckPolicy.None,
            DeliverPolicy = from > 1 ? ConsumerConfigDeliverPolicy.ByStartSequence : ConsumerConfigDeliverPolicy.All,
            OptStartSeq = from > 1 ? (ulong)from : 0,
            InactiveThreshold = TimeSpan.FromMinutes(1),
            MemStorage = true,
            NumReplicas = 1,
        };
        var consumer = await AskAgainAsync(
            asked => Opened(_streams).CreateConsumerAsync(stream, wanted with { Name = $"{wanted.Name}-{Guid.NewGuid():N}" }, asked),
            patience.Token);
        var ahead = new NatsJSConsumeOpts
        {
            MaxMsgs = BatchesAhead,
            IdleHeartbeat = TimeSpan.FromSeconds(1),
            NotificationHandler = async (notice, _) =>
            {
                if (notice is NatsJSTimeoutNotification) await patience.CancelAsync();
            },
        };
        return (
            consumer.ConsumeAsync<byte[]>(opts: ahead, cancellationToken: patience.Token).GetAsyncEnumerator(patience.Token),
            info.Created);
    }

    /// <summary>Asks for less than a second some times, and then twice as long: for a broker that is slow, and not gone.</summary>
    /// <remarks>
    /// What is asked of a server that is gone nobody answers, until the others have agreed on who stands in for it. A cluster that has not
    /// noticed yet gives it one new consumer in three, too; that of the next attempt goes elsewhere.
    /// </remarks>
    private static async Task<T> AskAgainAsync<T>(Func<CancellationToken, ValueTask<T>> ask, CancellationToken stopping)
    {
        var longest = ShortestRequest;
        for (var attempt = 1; ; attempt++)
        {
            if (attempt > ShortRequests) longest *= 2;
            using var patience = Patience(longest, stopping);
            try
            {
                return await ask(patience.Token);
            }
            catch (Exception silence) when (longest < LongestRequest && silence is not NatsJSApiException && IsOfBroker(silence, stopping))
            {
                // Once more.
            }
        }
    }

    private async Task OpenAloneAsync(CancellationToken stopping)
    {
        using var patience = Patience(LongestRequest, stopping);
        try
        {
            if (_connection.ConnectionState != NatsConnectionState.Open)
                await _connection.ConnectAsync().AsTask().WaitAsync(patience.Token);
            var streams = new NatsJSContext(_connection);
            await _prepared.PrepareAsync(streams, patience.Token);
            if (_options.Role == ScaleRole.Sensor && _streams is null) await CheckNameAsync(streams, patience);
            if (_options.Role is ScaleRole.Judge or ScaleRole.Correlator)
            {
                _leases = await NatsLeases.OpenAsync(streams, _options, patience.Token);
                _snapshots = await NatsSnapshots.OpenAsync(streams, _options, patience.Token);
            }

            (_streams, _absence) = (streams, null);
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

    /// <summary>Whether a sensor may speak under its name: whoever's credentials are another's would wait for good.</summary>
    private async Task CheckNameAsync(NatsJSContext streams, CancellationTokenSource patience)
    {
        foreach (var subject in (LogSubject[])[LogSubject.Flow(0, _options.KnownAs), LogSubject.Told(_options.KnownAs)])
        {
            if (await _publishing.MayAppendAsync(streams, NatsSubjects.Of(subject), patience)) continue;
            throw new StartupException(
                $"{CollectorOptions.RootSection}:Scale:Name: with these credentials the broker at {Urls} lets nobody append to " +
                $"{NatsSubjects.Of(subject)}: a sensor needs the name that its user's permissions say, and this one is called " +
                $"'{_options.KnownAs}'");
        }
    }

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
