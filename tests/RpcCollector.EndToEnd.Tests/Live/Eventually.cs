namespace RpcCollector.EndToEnd.Tests.Live;

/// <summary>Asks again until an answer is as expected: what other processes do takes its time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <param name="state">What to show when patience ends: the transcript of the program asked.</param>
    public static Task<T> Async<T>(Func<Task<T>> ask, Func<T, bool> isExpected, Func<string> state) =>
        Async(Patience, ask, isExpected, state);

    /// <param name="patience">For what takes a minute on a machine that has nothing else to do.</param>
    public static async Task<T> Async<T>(TimeSpan patience, Func<Task<T>> ask, Func<T, bool> isExpected, Func<string> state)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            object? last;
            try
            {
                var answer = await ask();
                if (isExpected(answer)) return answer;
                last = answer;
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException { InnerException: TimeoutException })
            {
                last = notYet.Message;
            }

            if (TimeProvider.System.GetElapsedTime(began) > patience)
                Assert.Fail($"Not as expected after {patience.TotalSeconds} s; the last answer: {Show(last)}\n{state()}");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }

    private static string? Show(object? answer) => answer is IEnumerable<object> items ? string.Join('\n', items) : answer?.ToString();
}
