using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;

namespace RpcCollector.Judging;

/// <summary>
/// Reads what the judge knows of the network on its thread, a slice between two turns at a time: it goes on judging meanwhile.
/// </summary>
/// <remarks>
/// One reads by rarity at a time, and one goes through all in order. The survey, by which rarity is told, is read anew when it has become
/// old, the later the longer it took.
/// </remarks>
internal sealed class NetworkView(JudgeThread judge, TimeProvider time) : IDisposable
{
    private const int RowsAtOnce = 256;

    // So long a slice takes at most, and a few rows.
    private static readonly TimeSpan LongestSlice = TimeSpan.FromMilliseconds(2);

    // So many times as long as a survey took it is good for, and never shorter than this.
    private const int GoodFactor = 20;

    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(2);
    private static readonly NetworkSurvey Nothing = new();

    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly SemaphoreSlim _listing = new(1, 1);
    private NetworkSurvey? _survey;
    private long _surveyed;
    private TimeSpan _surveyTook;

    /// <summary>The network in numbers, as of some moments ago.</summary>
    public Task<NetworkSurvey> SurveyAsync(CancellationToken aborted) => AloneAsync(_reading, () => ReadSurveyAsync(aborted), aborted);

    /// <summary>The rarest of the edges that are chosen.</summary>
    public Task<RarestPairs> SelectAsync(EdgeChoice choice, int most, CancellationToken aborted) => AloneAsync(
        _reading,
        async () =>
        {
            var selection = new RarestPairs(await ReadSurveyAsync(aborted), choice, most);
            await ReadAsync(known => known.Read(selection, RowsAtOnce), aborted);
            return selection;
        },
        aborted);

    /// <summary>The first of the pairs that are chosen, in order of client and server.</summary>
    public async Task<IReadOnlyList<EdgePair>> PairsAsync(FirstPairs selection, CancellationToken aborted)
    {
        await AloneAsync(_listing, () => ReadAsync(known => known.Read(selection, RowsAtOnce), aborted), aborted);
        return selection.Pairs;
    }

    /// <summary>The first of the hosts that are chosen, in order of address.</summary>
    public async Task<IReadOnlyList<HostAddress>> HostsAsync(HostSelection selection, CancellationToken aborted)
    {
        await AloneAsync(_listing, () => ReadAsync(known => known.Read(selection, RowsAtOnce), aborted), aborted);
        return selection.Hosts;
    }

    /// <summary>What is known of each of some hosts; null for one that was never seen, and for all where nothing is judged.</summary>
    public async Task<IReadOnlyList<HostProfile?>> DescribeAsync(IReadOnlyList<HostAddress> hosts, CancellationToken aborted)
    {
        var (known, next) = (new HostProfile?[hosts.Count], 0);
        if (known.Length > 0) await ReadAsync(DescribeNext, aborted);
        return known;

        bool DescribeNext(Judge judging)
        {
            known[next] = judging.Host(hosts[next]);
            return ++next == known.Length;
        }
    }

    public void Dispose()
    {
        _reading.Dispose();
        _listing.Dispose();
    }

    private async Task<NetworkSurvey> ReadSurveyAsync(CancellationToken aborted)
    {
        if (_survey is { } known && time.GetElapsedTime(_surveyed) is var age && (age < GoodFor || age < _surveyTook * GoodFactor))
            return known;
        var (survey, began) = (new NetworkSurvey(), time.GetTimestamp());
        if (!await ReadAsync(judging => judging.Read(survey, RowsAtOnce), aborted)) return Nothing;
        (_survey, _surveyed, _surveyTook) = (survey, time.GetTimestamp(), time.GetElapsedTime(began));
        return survey;
    }

    private static async Task<T> AloneAsync<T>(SemaphoreSlim turn, Func<Task<T>> read, CancellationToken aborted)
    {
        await turn.WaitAsync(aborted);
        try
        {
            return await read();
        }
        finally
        {
            turn.Release();
        }
    }

    /// <returns>False where nothing is judged.</returns>
    private async Task<bool> ReadAsync(Func<Judge, bool> read, CancellationToken aborted)
    {
        while (await judge.AskAsync(asked => (bool?)ReadSlice(asked, read), null).WaitAsync(aborted) is { } isDone)
        {
            if (isDone) return true;
        }

        return false;
    }

    private bool ReadSlice(Judge judging, Func<Judge, bool> read)
    {
        var began = time.GetTimestamp();
        while (!read(judging))
        {
            if (time.GetElapsedTime(began) >= LongestSlice) return false;
        }

        return true;
    }
}
