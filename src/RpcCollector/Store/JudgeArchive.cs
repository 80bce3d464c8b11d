using Microsoft.Data.Sqlite;

namespace RpcCollector.Store;

/// <summary>Keeps what the judge knew at some moment, the snapshot, and what it has taken since, the journal.</summary>
/// <remarks>
/// A snapshot takes the place of the one before and of the journal up to its offset in one transaction: whenever the process ends, one
/// of the two is there whole. What cannot be read is never written over: it is set aside, under negative numbers, until the next
/// damage.
/// </remarks>
internal sealed class JudgeArchive(StateStore store)
{
    // Each of up to 768 KiB.
    private const int ChunksAtOnce = 4;

    /// <summary>
    /// Puts a snapshot in the place of the one before, and of the journal up to its offset. What the journal has beyond it is set aside:
    /// the judge has not taken it.
    /// </summary>
    /// <param name="offset">How many inputs the judge had taken.</param>
    /// <returns>Its octets.</returns>
    public long SaveSnapshot(long offset, Action<Stream> write) => store.Commit(connection =>
    {
        var generation = Math.Max(0, Database.Ask(connection, "SELECT COALESCE(MAX(ABS(generation)), 0) FROM judge_snapshot")) + 1;
        using var parts = new PartWriter(connection, StateTables.JudgeSnapshot, generation);
        write(parts);
        parts.End();

        var statements = KeptStatements.Of(connection);
        PartWriter.DeleteBefore(statements, StateTables.JudgeSnapshot, generation);
        statements.Repeat(
            $"DELETE FROM judge_journal WHERE {IsSome("offset >= 0 AND offset < $offset")}", ("$offset", offset));
        statements.Repeat(
            $"DELETE FROM judge_journal WHERE {IsSome("offset < 0 AND (SELECT MAX(offset) FROM judge_journal) >= $offset")}",
            ("$offset", offset));
        SetAsideFrom(statements, offset);
        return parts.Length;
    });

    /// <summary>Hands over the newest snapshot.</summary>
    /// <returns>Its octets; null when there is none.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public long? ReadSnapshot(Action<Stream> read) => store.Read(connection =>
    {
        var generation = Database.Ask(connection, "SELECT COALESCE(MAX(generation), 0) FROM judge_snapshot");
        if (generation <= 0) return (long?)null;
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT part, octets, {StateTables.JudgeSnapshot.IsWhole("s")} FROM judge_snapshot s
            WHERE generation = {generation} ORDER BY part
            """;
        using var rows = command.ExecuteReader();
        using var parts = new PartReader(rows);
        read(parts);
        return parts.Position;
    });

    /// <summary>True when there is a journal.</summary>
    public bool HasJournal => store.Read(static connection =>
        Database.Ask(connection, "SELECT COUNT(*) FROM judge_journal WHERE offset >= 0") > 0);

    /// <summary>Adds a chunk to the journal.</summary>
    /// <param name="offset">How many inputs were taken before it.</param>
    public void Append(long offset, ReadOnlyMemory<byte> chunk) => Append([(offset, chunk)]);

    /// <summary>Adds chunks to the journal, all or none.</summary>
    public void Append(IReadOnlyList<(long Offset, ReadOnlyMemory<byte> Octets)> chunks) => store.Commit(connection =>
    {
        foreach (var (offset, octets) in chunks)
        {
            var insert = KeptStatements.Of(connection).Begin("INSERT INTO judge_journal (offset, octets) VALUES (?, ?)");
            using (var rows = insert.Rows)
            {
                insert.Bind(1, offset);
                insert.Bind(2, octets.Span);
                rows.ReadAll();
            }

            insert.Forget();
        }

        return true;
    });

    /// <summary>
    /// Hands over the chunks of the journal from an offset on, in their order, as long as they are whole and each begins where the one
    /// before ended.
    /// </summary>
    /// <param name="replay">Given a chunk, returns the offset after it; null when it cannot be read.</param>
    /// <returns>
    /// Where the reading ended, how many octets there were, and why it ended there; null when that is the end of the journal.
    /// </returns>
    public (long Offset, long Octets, string? Damage) ReadJournal(long offset, Func<ReadOnlyMemory<byte>, long?> replay) =>
        store.Read(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT offset, octets, {StateTables.JudgeJournal.IsWhole("j")} FROM judge_journal j WHERE offset >= {offset} ORDER BY offset
            """;
        using var rows = command.ExecuteReader();
        long octets = 0;
        while (rows.Read())
        {
            if (rows.GetInt64(0) != offset) return (offset, octets, $"what follows input {offset} is missing");
            var chunk = rows.GetFieldValue<byte[]>(1);
            if (rows.GetInt64(2) != 1) return (offset, octets, $"the checksum of the chunk at input {offset} differs");
            if (replay(chunk) is not { } next) return (offset, octets, $"the chunk at input {offset} cannot be read");
            octets += chunk.Length;
            offset = next;
        }

        return (offset, octets, (string?)null);
    });

    /// <summary>
    /// Puts aside the snapshot and the journal, which cannot be read: they are used no more, and nothing takes their place.
    /// </summary>
    public void SetAsideAll() => SetAside(withSnapshot: true, 0);

    /// <summary>Puts aside the journal from an offset on.</summary>
    public void SetAsideJournal(long offset) => SetAside(withSnapshot: false, offset);

    private void SetAside(bool withSnapshot, long journalFrom) => store.Commit(connection =>
    {
        // Of what was set aside before, nothing is kept: a disk that damages one after the other shall not be filled by them.
        var statements = KeptStatements.Of(connection);
        if (withSnapshot) PartWriter.SetAside(statements, StateTables.JudgeSnapshot);
        statements.Repeat($"DELETE FROM judge_journal WHERE {IsSome("offset < 0")}");
        SetAsideFrom(statements, journalFrom);
        return true;
    });

    private static void SetAsideFrom(KeptStatements statements, long offset) => statements.Repeat(
        $"UPDATE judge_journal SET offset = -1 - offset WHERE {IsSome("offset >= $offset")}", ("$offset", offset));

    private static string IsSome(string where) =>
        $"offset IN (SELECT offset FROM judge_journal WHERE {where} LIMIT {ChunksAtOnce})";
}
