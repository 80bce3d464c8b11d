using Microsoft.Data.Sqlite;

namespace RpcCollector.Store;

/// <summary>Passes what people say on to whoever takes this process's place, before it is committed here. Any thread may call it.</summary>
internal interface IWordLog
{
    /// <summary>A connection was opened that will write what people say.</summary>
    void Watch(SqliteConnection connection);

    /// <summary>A transaction of a person begins.</summary>
    void Begin(SqliteConnection connection);

    /// <summary>A transaction of a person is about to be committed: returns once the others will know what it changes.</summary>
    /// <exception cref="NotSaidException">They will not: nothing is to be committed.</exception>
    void Say(SqliteConnection connection);

    /// <summary>The same for lines of files beside the store, which are about to be written.</summary>
    /// <param name="lines">By their keys; null for one that is to go.</param>
    /// <param name="write">
    /// Writes them, once the others will know; once more where the store was damaged. Nothing else is committed meanwhile: it must not
    /// write to the store.
    /// </param>
    /// <exception cref="NotSaidException">The others will not know: nothing was written.</exception>
    void Say(string table, IReadOnlyList<(string Key, string? Line)> lines, Action write);

    /// <summary>What is so already is said in a moment, as it is then: what nobody waits for.</summary>
    void Soon(string table, object key);
}

/// <summary>
/// What a person said cannot be passed on to the judge that may take this one's place: nothing was changed. The message says why.
/// </summary>
internal sealed class NotSaidException(string reason, Exception? inner = null) : IOException($"{reason}.", inner);
