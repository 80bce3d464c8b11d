using RpcCollector.Store;

namespace RpcCollector.Judging;

/// <summary>Loads what the judge knew before it takes the first fact, and saves it now and then and at the end.</summary>
/// <param name="file">Null when nothing is to be kept.</param>
internal sealed class JudgementKeeper(JudgementFile? file, JudgeGauges gauges, ILogger logger)
{
    private bool _isFailing;

    /// <returns>A judge that knows what was saved; one that knows nothing when there is none or it is damaged.</returns>
    public IJudge Load(Func<IJudge> create)
    {
        var judge = create();
        if (file is null) return judge;
        try
        {
            if (file.Load(judge.Load)) JudgementLog.Loaded(logger, file.Path, judge.Counts.Edges, judge.Counts.Hosts);
            return judge;
        }
        catch (Exception failure) when (StateFile.IsDiskFailure(failure) && failure is not EndOfStreamException)
        {
            gauges.CountStateFailure();
            JudgementLog.SaveFailed(logger, file.Path, failure.Message);
        }
        catch (Exception damage)
        {
            // Whatever it stumbled over: what was read may be half of it, and is not used.
            gauges.CountStateDamage();
            SetAside(damage.Message);
        }

        return create();
    }

    public void Save(IJudge judge)
    {
        if (file is null) return;
        try
        {
            file.Save(judge.Save);
            if (_isFailing) JudgementLog.SavesAgain(logger);
            _isFailing = false;
        }
        catch (Exception failure) when (StateFile.IsDiskFailure(failure))
        {
            gauges.CountStateFailure();
            if (!_isFailing) JudgementLog.SaveFailed(logger, file.Path, failure.Message);
            _isFailing = true;
        }
    }

    private void SetAside(string reason)
    {
        try
        {
            JudgementLog.SetAside(logger, file!.Path, reason, file.SetAside());
        }
        catch (Exception failure) when (StateFile.IsDiskFailure(failure))
        {
            // It will be written over.
            JudgementLog.SetAside(logger, file!.Path, reason, file.Path);
        }
    }
}
