using RpcCollector.Store;

namespace RpcCollector.ZeekLogs;

/// <summary>Keeps in the store how far logs were read, soon after what stands there was handed on.</summary>
/// <param name="state">Asked for at the start; null when nothing is to be kept.</param>
internal sealed class StoredPositions(Func<StateStore>? state, ILogger logger) : ILogKeeper
{
    private LogPositionRows? _rows;
    private LogPosition[] _saved = [];
    private bool _isFailing;

    public bool HasRoom => true;

    public IReadOnlyList<LogPosition> Load()
    {
        if (state is null) return [];
        _rows = new LogPositionRows(state());
        return LoadFrom(_rows);
    }

    public void Keep(LogPosition[] positions, Func<bool> haveTaken)
    {
        if (_rows is null || LogPosition.AreSame(positions, _saved)) return;
        try
        {
            _rows.Save(positions);
            (_saved, _isFailing) = (positions, false);
        }
        catch (Exception e) when (Database.IsDiskFailure(e))
        {
            if (!_isFailing) ZeekLogEvents.SaveFailed(logger, e.Message);
            _isFailing = true;
        }
    }

    /// <exception cref="Options.StartupException">They cannot be read.</exception>
    public static IReadOnlyList<LogPosition> LoadFrom(LogPositionRows rows) =>
        StoreFolder.ReadOrRefuse("how far logs were read is kept, but", rows.Load);
}
