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
    /// So many are sorted in and wait for no more, unless many wait to be written: who asks for what few have looks at each of them. Fewer
    /// where there is no room for so many at once.
    /// </summary>
    public const int SortedTogether = 16_384;

    /// <summary>So many at once at most: those that wait, and those that came meanwhile.</summary>
    public const int MostSorted = 2 * SortedTogether;

    /// <summary>So many are sorted in at once also where there is hardly room, or hardly time.</summary>
    public const int LeastSorted = 2_048;

    /// <summary>Pages of the log after which they go over to the file.</summary>
    public const int CheckpointPages = 4_096;

    /// <summary>
    /// So many octets of the log stay a file when it begins anew, a half more than it has at a checkpoint: what was cut off would have to
    /// be given room again each time.
    /// </summary>
    public const int KeptLog = CheckpointPages * 4_096 / 2 * 3;

    // Half a million activities, as many as are offered in ten seconds at worst.
    private const long MostBurst = 112L << 20;
    private const long UnsortedRow = 200;

    // In indexes that are large, a row has six pages for itself.
    private const long LogOfRow = 6 * 4_096;

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
