using RpcCollector.Detection.Judgement;

namespace RpcCollector.Judging;

/// <summary>
/// Reads what the judge knows of the network on its thread, a slice between two turns at a time: it goes on judging meanwhile.
/// </summary>
/// <remarks>
/// One reads at a time. The survey, by which rarity is told, is read anew when it has become old, the later the longer it took.
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
    private NetworkSurvey? _survey;
    private long _surveyed;
    private TimeSpan _surveyTook;

    /// <summary>The network in numbers, as of some moments ago.</summary>
    public async Task<NetworkSurvey> SurveyAsync(CancellationToken aborted)
    {
        await _reading.WaitAsync(aborted);
        try
        {
            return await ReadSurveyAsync(aborted);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>The rarest of the edges that are chosen.</summary>
    public async Task<EdgeSelection> SelectAsync(EdgeChoice choice, int most, CancellationToken aborted)
    {
        await _reading.WaitAsync(aborted);
        try
        {
            var selection = new EdgeSelection(await ReadSurveyAsync(aborted), choice, most);
            await ReadAsync(known => known.Read(selection, RowsAtOnce), aborted);
            return selection;
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();

    private async Task<NetworkSurvey> ReadSurveyAsync(CancellationToken aborted)
    {
        if (_survey is { } known && time.GetElapsedTime(_surveyed) is var age && (age < GoodFor || age < _surveyTook * GoodFactor))
            return known;
        var (survey, began) = (new NetworkSurvey(), time.GetTimestamp());
        if (!await ReadAsync(judging => judging.Read(survey, RowsAtOnce), aborted)) return Nothing;
        (_survey, _surveyed, _surveyTook) = (survey, time.GetTimestamp(), time.GetElapsedTime(began));
        return survey;
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
