namespace RpcCollector.Store;

/// <summary>What makes a database file ours, and how it came to be as it is.</summary>
/// <param name="FileName">Its name in the folder of the store.</param>
/// <param name="ApplicationId">Tells our file from anybody else's SQLite file of the same name.</param>
/// <param name="Migrations">
/// The SQL of every step from an empty file to the present schema: appended to, never changed. A file's user_version says how many of
/// them it has.
/// </param>
internal sealed record DatabaseSchema(string FileName, int ApplicationId, IReadOnlyList<string> Migrations)
{
    /// <summary>True when pages of deleted rows shall leave the file little by little.</summary>
    public bool GivesPagesBack { get; init; }

    /// <summary>True when deleted rows are written over: then every row that is found in the file is a row that was not deleted.</summary>
    public bool WritesOverDeleted { get; init; }

    /// <summary>Beyond so many bytes a file is not checked whole when it is opened.</summary>
    public long MostCheckedBytes { get; init; } = long.MaxValue;

    /// <summary>True when the indexes are compared with their tables, too.</summary>
    public bool ChecksIndexes { get; init; }

    public int Version => Migrations.Count;
}
