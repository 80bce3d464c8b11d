using System.Diagnostics;

namespace RpcCollector.Store;

/// <summary>Trims while a writer waits, some steps at a time, so that what comes meanwhile does not wait long.</summary>
/// <param name="trim">One step; true when it deleted something.</param>
internal sealed class IdleTrimming(Func<bool> trim, ILogger logger)
{
    private const int MaxSteps = 8;

    // What many steps delete is more than what one batch writes, however slow the disk is.
    private const int LeastSteps = 2;

    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(100);

    private bool _failed;

    /// <returns>True when there is more to trim.</returns>
    public bool Run()
    {
        try
        {
            var began = Stopwatch.GetTimestamp();
            for (var step = 0; step < MaxSteps && (step < LeastSteps || Stopwatch.GetElapsedTime(began) < LongEnough); step++)
            {
                if (!trim())
                {
                    _failed = false;
                    return false;
                }
            }

            return true;
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            // Said once, until it works again.
            if (!_failed) StoreLog.TrimFailed(logger, failure.Message);
            _failed = true;
            return false;
        }
    }
}
