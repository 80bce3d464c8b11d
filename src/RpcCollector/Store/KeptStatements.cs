using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace RpcCollector.Store;

/// <summary>
/// The statements of a connection that writes, each prepared once for as long as the connection is open: batches ask the same again and
/// again, and to read the words of a statement costs many times what it does.
/// </summary>
/// <remarks>For statements whose text is the same each time: values are parameters. Whoever holds the connection may call it.</remarks>
internal sealed class KeptStatements(SqliteConnection connection) : IDisposable
{
    private static readonly ConditionalWeakTable<SqliteConnection, KeptStatements> OfConnections = [];

    private readonly Dictionary<string, KeptStatement> _statements = new(StringComparer.Ordinal);

    public SqliteConnection Connection => connection;

    /// <summary>Those of a connection that <see cref="Close"/> ends.</summary>
    public static KeptStatements Of(SqliteConnection connection) =>
        OfConnections.GetValue(connection, static opened => new KeptStatements(opened));

    /// <summary>Before a connection is closed: a file stays open as long as a statement on it is left.</summary>
    public static void Close(SqliteConnection connection)
    {
        if (!OfConnections.TryGetValue(connection, out var statements)) return;
        OfConnections.Remove(connection);
        statements.Dispose();
    }

    /// <summary>Commits all of what is written, or nothing.</summary>
    /// <remarks>When it throws, nothing was written.</remarks>
    public T Commit<T>(Func<SqliteConnection, T> write)
    {
        try
        {
            Execute("BEGIN IMMEDIATE");
            var result = write(connection);
            Execute("COMMIT");
            return result;
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    /// <returns>How many rows it changed.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var rows = Read(sql, parameters);
        while (rows.Read())
        {
        }

        return rows.Changes;
    }

    /// <summary>Runs a statement that changes some rows of many, until none is left.</summary>
    /// <remarks>
    /// Until it ends, a statement with a trigger keeps a copy of each page that it changes in memory: of a hundred MiB that are deleted at
    /// once as much again.
    /// </remarks>
    /// <exception cref="SqliteException">It failed.</exception>
    public void Repeat(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        while (Execute(sql, parameters) > 0)
        {
        }
    }

    /// <returns>The first column of the first row, where that is a number.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public long? Ask(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var rows = Read(sql, parameters);
        return rows.Read() && !rows.Row.IsNull(0) ? rows.Row.Integer(0) : null;
    }

    /// <summary>Begins a statement. No other run of the same one may begin before these rows are disposed of.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public KeptRows Read(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var statement = Of(sql);
        statement.Bind(parameters);
        return statement.Rows;
    }

    /// <summary>Begins a statement whose parameters are told one by one.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public KeptStatement Begin(string sql)
    {
        var statement = Of(sql);
        statement.Begin();
        return statement;
    }

    private void RollBack()
    {
        try
        {
            Database.Execute(connection, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // Some failures have rolled back by themselves: then there is nothing left to do.
        }
    }

    private KeptStatement Of(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement)) _statements.Add(sql, statement = new KeptStatement(connection, sql));
        return statement;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _statements.Clear();
    }
}
