namespace RpcCollector.Store;

/// <summary>Trims while a writer waits, some steps at a time, so that what comes meanwhile does not wait long.</summary>
/// <param name="trim">One step; true when it deleted something.</param>
internal sealed class IdleTrimming(Func<bool> trim, ILogger logger)
{
    private const int MaxSteps = 8;

    private bool _failed;

    /// <returns>True when there is more to trim.</returns>
    public bool Run()
    {
        try
        {
            for (var step = 0; step < MaxSteps; step++)
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
