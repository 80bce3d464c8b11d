using System.Text.Json;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;

namespace RpcCollector.Store.Findings;

/// <summary>Writes what is known of a finding besides its row: its notes, how many servers it stands for, why it was withdrawn.</summary>
internal static class FindingDetails
{
    /// <param name="known">As it is stored; null when it is not.</param>
    /// <param name="withdrawal">Null when it stands.</param>
    /// <param name="note">One more of the store's own.</param>
    /// <returns>False when the row says all of it already.</returns>
    public static bool Write(
        SqliteConnection connection, StoredFinding? known, Finding finding, FindingWithdrawal? withdrawal, StoredNote? note)
    {
        var notes = Notes(known?.Notes ?? [], finding.Notes, note);
        var (former, servers, hosts) = (known ?? Nothing, Math.Max(finding.NumServers, known?.NumServers ?? 1),
            Math.Max(finding.KnownHosts, known?.KnownHosts ?? 0));
        if ((former.NumServers, former.KnownHosts, former.Withdrawal) == (servers, hosts, withdrawal) && former.Notes.SequenceEqual(notes))
            return false;
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO finding_details (finding, servers, known_hosts, withdrawal, notes)
            VALUES ($finding, $servers, $hosts, $withdrawal, $notes)
            ON CONFLICT (finding) DO UPDATE SET servers = excluded.servers, known_hosts = excluded.known_hosts,
                withdrawal = excluded.withdrawal, notes = excluded.notes
            """;
        command.Parameters.AddWithValue("$finding", finding.Id);
        command.Parameters.AddWithValue("$servers", servers);
        command.Parameters.AddWithValue("$hosts", hosts);
        command.Parameters.AddWithValue("$withdrawal", withdrawal is { } why ? (int)why : DBNull.Value);
        command.Parameters.AddWithValue("$notes", JsonSerializer.Serialize(notes, FindingColumns.Default.IReadOnlyListStoredNote));
        command.ExecuteNonQuery();
        return true;
    }

    /// <summary>All of them in their order; beyond the bound the first half and the latest.</summary>
    private static List<StoredNote> Notes(IReadOnlyList<StoredNote> known, IReadOnlyList<FindingNote> told, StoredNote? own)
    {
        var all = known.Concat(told.Select(note => new StoredNote(note.AtUnixMilliseconds, note.Text, note.Explains)))
            .Concat(own is null ? [] : [own])
            .Distinct().OrderBy(note => note.AtUnixMilliseconds).ToList();
        while (all.Count > Finding.MaxNotes)
            all.RemoveAt(Math.Max(Finding.MaxNotes / 2, all.FindIndex(Finding.MaxNotes / 2, note => note.Explains is null)));
        return all;
    }

    // What a finding without a row of details has.
    private static readonly StoredFinding Nothing = new()
    {
        Id = 0,
        Kind = default,
        Severity = default,
        Confidence = default,
        Client = default,
        Server = null,
        Count = 0,
        FirstSeenUnixMilliseconds = 0,
        LastSeenUnixMilliseconds = 0,
        Techniques = [],
        Analytics = [],
        Reason = "",
        Flows = [],
        Operations = [],
        Completeness = null,
        SamplingInterval = 0,
        RecordedUnixMilliseconds = 0,
        UpdatedUnixMilliseconds = 0,
        WithdrawnUnixMilliseconds = null,
        Verdict = null,
        SuppressedBy = [],
    };
}
