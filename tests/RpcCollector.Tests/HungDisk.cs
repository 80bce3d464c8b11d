using RpcCollector.Store;

namespace RpcCollector.Tests;

/// <summary>Whoever commits to state.db hangs, as in a write to a disk that does not answer, until it goes on or is disposed.</summary>
internal sealed class HungDisk : IDisposable
{
    private readonly ManualResetEventSlim _answers = new();
    private readonly Task _writing;

    public HungDisk(StateStore store)
    {
        using var hangs = new ManualResetEventSlim();
        _writing = Task.Factory.StartNew(
            () => store.Commit(_ =>
            {
                hangs.Set();
                _answers.Wait();
                return true;
            }), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        hangs.Wait(TestContext.Current.CancellationToken);
    }

    public void GoOn()
    {
        _answers.Set();
        _writing.Wait(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        GoOn();
        _answers.Dispose();
    }
}
