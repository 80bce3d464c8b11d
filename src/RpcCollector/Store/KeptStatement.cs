using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RpcCollector.Store;

/// <summary>One statement that is prepared, and runs again and again.</summary>
/// <remarks>
/// SQLite's own functions, for what ADO.NET makes of each run costs more than a small statement: a reader, its names, a value for each
/// parameter that is looked up by name.
/// </remarks>
internal sealed class KeptStatement : IDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _statement;

    // What the caller calls the parameter that it names in this place, and where the statement has it.
    private readonly List<(string Name, int Index)> _places = [];
    private bool _isRunning;

    public KeptStatement(SqliteConnection connection, string sql)
    {
        _connection = connection;
        var result = Patiently(
            connection,
            () => (raw.sqlite3_prepare_v3(connection.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var made), made),
            out var statement);
        SqliteException.ThrowExceptionForRC(result, connection.Handle);
        _statement = statement;
        Rows = new KeptRows(this);
    }

    public sqlite3_stmt Handle => _statement;

    /// <summary>The rows of the run that has begun: whoever reads them disposes of them, and the run is over.</summary>
    public KeptRows Rows { get; }

    /// <summary>How many rows the last statement of the connection changed.</summary>
    public int Changes => raw.sqlite3_changes(_connection.Handle!);

    /// <summary>A run begins: what it is told comes next, by the numbers of the parameters, without anything being allocated.</summary>
    public void Begin()
    {
        if (_isRunning) throw new InvalidOperationException("The statement is still being read.");
        _isRunning = true;
        Rows.Begin();
    }

    public void Bind(int index, long value) => Check(raw.sqlite3_bind_int64(_statement, index, value));

    public void Bind(int index, long? value) =>
        Check(value is { } number ? raw.sqlite3_bind_int64(_statement, index, number) : raw.sqlite3_bind_null(_statement, index));

    public void Bind(int index, double? value) =>
        Check(value is { } number ? raw.sqlite3_bind_double(_statement, index, number) : raw.sqlite3_bind_null(_statement, index));

    public void Bind(int index, ReadOnlySpan<byte> octets) => Check(raw.sqlite3_bind_blob(_statement, index, octets));

    public void Bind(int index, string? text) =>
        Check(text is null ? raw.sqlite3_bind_null(_statement, index) : raw.sqlite3_bind_text(_statement, index, text));

    /// <summary>Parameters that are not given keep what they were: a caller gives the same ones each time.</summary>
    public void Bind(ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (_isRunning) throw new InvalidOperationException("The statement is still being read.");
        for (var i = 0; i < parameters.Length; i++) BindAny(PlaceOf(i, parameters[i].Name), parameters[i].Value);
        Begin();
    }

    /// <returns>False when there is no further row.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public bool Step(bool isFirst)
    {
        var result = raw.sqlite3_step(_statement);
        if (isFirst && IsBusy(result)) result = StepPatiently();
        if (result == raw.SQLITE_ROW) return true;
        if (result != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(result, _connection.Handle);
        return false;
    }

    /// <summary>The run is over, wherever it was.</summary>
    public void Reset()
    {
        _isRunning = false;

        // What it returns is how the run ended, which is known.
        raw.sqlite3_reset(_statement);
    }

    /// <summary>Lets go of what it was told, which may be large. No run may be under way.</summary>
    public void Forget() => Check(raw.sqlite3_clear_bindings(_statement));

    public void Dispose() => _statement.Dispose();

    // Only a database in memory is ever locked within a transaction, while somebody reads what tables there are.
    private int StepPatiently() => Patiently(
        _connection,
        () =>
        {
            raw.sqlite3_reset(_statement);
            return (raw.sqlite3_step(_statement), _statement);
        },
        out _);

    private static int Patiently(
        SqliteConnection connection, Func<(int Result, sqlite3_stmt Statement)> attempt, out sqlite3_stmt statement)
    {
        for (var began = Stopwatch.GetTimestamp(); ; Thread.Sleep(BetweenTries))
        {
            (var result, statement) = attempt();
            if (!IsBusy(result) || Stopwatch.GetElapsedTime(began).TotalSeconds >= connection.DefaultTimeout) return result;
        }
    }

    private static bool IsBusy(int result) => (result & 0xFF) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    private int PlaceOf(int i, string name)
    {
        if (i < _places.Count && ReferenceEquals(_places[i].Name, name)) return _places[i].Index;
        var index = raw.sqlite3_bind_parameter_index(_statement, name);
        if (index == 0) throw new ArgumentException($"no parameter {name}", nameof(name));
        if (i == _places.Count) _places.Add((name, index));
        else if (i < _places.Count) _places[i] = (name, index);
        return index;
    }

    private void BindAny(int index, object? value)
    {
        var result = value switch
        {
            null => raw.sqlite3_bind_null(_statement, index),
            long number => raw.sqlite3_bind_int64(_statement, index, number),
            int number => raw.sqlite3_bind_int64(_statement, index, number),
            uint number => raw.sqlite3_bind_int64(_statement, index, number),
            double number => raw.sqlite3_bind_double(_statement, index, number),
            string text => raw.sqlite3_bind_text(_statement, index, text),
            Utf8Text text => raw.sqlite3_bind_text(_statement, index, text.Octets),
            byte[] octets => raw.sqlite3_bind_blob(_statement, index, octets),
            _ => throw new ArgumentException($"no value of SQLite: {value.GetType()}", nameof(value)),
        };
        Check(result);
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(result, _connection.Handle);
    }
}

/// <summary>The rows of the present run of a kept statement: one object for all its runs.</summary>
internal sealed class KeptRows(KeptStatement statement) : IDisposable
{
    private StoredRowReader? _row;
    private bool _hasBegun;

    /// <summary>The row that <see cref="Read"/> came to.</summary>
    public StoredRowReader Row => _row ??= new StoredRowReader(statement.Handle);

    /// <summary>The same for who reads its columns in several ways.</summary>
    public sqlite3_stmt Handle => statement.Handle;

    public int Changes => statement.Changes;

    /// <summary>The next run.</summary>
    public void Begin() => (_row, _hasBegun) = (null, false);

    /// <returns>False when there is no further row.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public bool Read()
    {
        var isFirst = !_hasBegun;
        _hasBegun = true;
        _row = null;
        return statement.Step(isFirst);
    }

    public void ReadAll()
    {
        while (Read())
        {
        }
    }

    public void Dispose() => statement.Reset();
}
