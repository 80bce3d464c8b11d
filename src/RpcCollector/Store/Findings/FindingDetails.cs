using RpcCollector.Detection;

namespace RpcCollector.Store.Findings;

/// <summary>What is known of a finding besides its row: its notes, how many servers it stands for, why it was withdrawn.</summary>
/// <param name="IsNews">False when its row of details says all of it already, or need not be there.</param>
internal sealed record FindingDetails(
    int NumServers, int KnownHosts, FindingWithdrawal? Withdrawal, IReadOnlyList<StoredNote> Notes, bool IsNews)
{
    /// <param name="known">As it is stored; null when it is not.</param>
    /// <param name="withdrawal">Null when it stands.</param>
    /// <param name="note">One more of the store's own.</param>
    public static FindingDetails Of(StoredFinding? known, Finding finding, FindingWithdrawal? withdrawal, StoredNote? note)
    {
        var former = known?.Notes ?? [];
        var notes = finding.Notes.Count == 0 && note is null ? former : NotesOf(former, finding.Notes, note);
        var (servers, hosts) =
            (Math.Max(finding.NumServers, known?.NumServers ?? 1), Math.Max(finding.KnownHosts, known?.KnownHosts ?? 0));
        var isNews = (known?.NumServers ?? 1, known?.KnownHosts ?? 0, known?.Withdrawal) != (servers, hosts, withdrawal)
            || !former.SequenceEqual(notes);
        return new FindingDetails(servers, hosts, withdrawal, notes, isNews);
    }

    /// <summary>The finding with them.</summary>
    public StoredFinding On(StoredFinding finding) => finding with
    {
        NumServers = NumServers,
        KnownHosts = KnownHosts,
        Withdrawal = Withdrawal,
        Notes = Notes,
    };

    public void Write(KeptStatements statements, long finding) => statements.Execute(
        """
        INSERT INTO finding_details (finding, servers, known_hosts, withdrawal, notes)
        VALUES ($finding, $servers, $hosts, $withdrawal, $notes)
        ON CONFLICT (finding) DO UPDATE SET servers = excluded.servers, known_hosts = excluded.known_hosts,
            withdrawal = excluded.withdrawal, notes = excluded.notes
        """,
        ("$finding", finding), ("$servers", NumServers), ("$hosts", KnownHosts), ("$withdrawal", (int?)Withdrawal),
        ("$notes", Utf8Text.OfJson(Notes, FindingColumns.Default.IReadOnlyListStoredNote)));

    /// <summary>All of them in their order; beyond the bound the first half and the latest.</summary>
    private static List<StoredNote> NotesOf(IReadOnlyList<StoredNote> known, IReadOnlyList<FindingNote> told, StoredNote? own)
    {
        var all = known.Concat(told.Select(note => new StoredNote(note.AtUnixMilliseconds, note.Text, note.Explains)))
            .Concat(own is null ? [] : [own])
            .Distinct().OrderBy(note => note.AtUnixMilliseconds).ToList();
        while (all.Count > Finding.MaxNotes)
            all.RemoveAt(Math.Max(Finding.MaxNotes / 2, all.FindIndex(Finding.MaxNotes / 2, note => note.Explains is null)));
        return all;
    }
}
