using RpcCollector.Options;

namespace RpcCollector.Store;

/// <summary>How the octets that activities.db may take are shared out.</summary>
/// <param name="Allowed">All of them.</param>
/// <param name="Log">
/// For the write-ahead log: at worst a page for each row and index of a batch, and what a checkpoint waits for.
/// </param>
/// <param name="Burst">For activities that are not sorted in yet; 0 where each is sorted in at once.</param>
internal readonly record struct StoreRoom(long Allowed, long Log, long Burst)
{
    /// <summary>
    /// So many are sorted in and wait for no more, unless many wait to be written: who asks for what few have looks at each of them.
    /// </summary>
    public const int SortedTogether = 4_096;

    /// <summary>Pages of the log after which they go over to the file.</summary>
    public const int CheckpointPages = 4_096;

    // Half a million activities, as many as are offered in ten seconds at worst.
    private const long MostBurst = 112L << 20;
    private const long UnsortedRow = 200;

    // In indexes that are large, a row has six pages for itself. What comes while the most are sorted in waits for less than a second.
    private const long LogOfRow = 6 * 4_096;
    private const int LeastSorted = 2_048;
    private const int MostSorted = 8_192;

    // Below it there is no room for bursts: a batch of a thousand is all that the log holds.
    private const long LeastRoomy = 256L << 20;
    private const long LogOfSmall = 32L << 20;
    private const long LogOfRoomy = 64L << 20;

    /// <summary>Rows that may wait to be sorted in.</summary>
    public long MostUnsorted => Burst / UnsortedRow;

    /// <summary>
    /// How many to sort in with one transaction: many share the pages of the indexes, and each page takes room in the log.
    /// </summary>
    public int SortedAtOnce(long bytes) => (int)Math.Clamp((Allowed - bytes) / LogOfRow, LeastSorted, MostSorted);

    public static StoreRoom Of(StoreOptions options, bool isFile)
    {
        var allowed = isFile ? options.MaxBytes : Math.Min(options.MaxBytes, ActivityStore.MaxMemoryBytes);
        return isFile && allowed >= LeastRoomy
            ? new StoreRoom(allowed, LogOfRoomy, Math.Min(MostBurst, allowed / 8))
            : new StoreRoom(allowed, Math.Min(LogOfSmall, allowed / 8 * 5), Burst: 0);
    }

    /// <summary>Beyond it the oldest goes; while a burst lasts, it has the room that is kept for it.</summary>
    public long Bound(bool isHurried) => Allowed - Log - (isHurried ? 0 : Burst);
}
