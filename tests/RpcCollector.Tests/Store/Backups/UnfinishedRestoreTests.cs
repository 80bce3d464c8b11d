using RpcCollector.Store;
using RpcCollector.Tests.Captures;

namespace RpcCollector.Tests.Store.Backups;

public sealed class UnfinishedRestoreTests : IDisposable
{
    private const string Id = "20261127T040000Z-1";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_unpacked_but_not_decided_changes_nothing()
    {
        Lay();

        UnfinishedRestore.Complete(_folder.Path);

        Assert.Equal("old", Read("state.db"));
        Assert.Equal("old", Read("users"));
    }

    [Fact]
    public void What_was_decided_takes_the_place_of_what_lay_there_and_that_stays_beside_it()
    {
        Lay();
        UnfinishedRestore.Decide(_folder.Path, Id);

        UnfinishedRestore.Complete(_folder.Path);

        AssertIsNew();
    }

    /// <summary>Ends after each of the moves, as a process that is killed does: the next one finishes.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Process_that_ends_between_two_moves_leaves_what_the_next_one_finishes(int moves)
    {
        Lay();
        UnfinishedRestore.Decide(_folder.Path, Id);
        var former = Directory.CreateDirectory(UnfinishedRestore.FormerOf(_folder.Path, Id)).FullName;
        var staging = UnfinishedRestore.StagingOf(_folder.Path, Id);
        (string From, string To)[] steps =
        [
            (Path.Combine(_folder.Path, "state.db"), Path.Combine(former, "state.db")),
            (Path.Combine(_folder.Path, "users"), Path.Combine(former, "users")),
            ("", Path.Combine(former, ".complete")),
            (Path.Combine(staging, "activities.db"), Path.Combine(_folder.Path, "activities.db")),
            (Path.Combine(staging, "state.db"), Path.Combine(_folder.Path, "state.db")),
        ];
        foreach (var (from, to) in steps.Take(moves))
        {
            if (from.Length > 0) File.Move(from, to);
            else File.WriteAllText(to, "");
        }

        UnfinishedRestore.Complete(_folder.Path);
        UnfinishedRestore.Complete(_folder.Path);

        AssertIsNew();
    }

    [Theory]
    [InlineData("../../etc")]
    [InlineData("")]
    [InlineData("a b")]
    public void Decision_that_is_not_ours_moves_nothing(string decision)
    {
        Lay();
        File.WriteAllText(Path.Combine(_folder.Path, "restore.decided"), decision);

        Assert.Throws<IOException>(() => UnfinishedRestore.Complete(_folder.Path));

        Assert.Equal("old", Read("state.db"));
    }

    private void Lay()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "lock"), "");
        File.WriteAllText(Path.Combine(_folder.Path, "state.db"), "old");
        File.WriteAllText(Path.Combine(_folder.Path, "users"), "old");
        var staging = Directory.CreateDirectory(UnfinishedRestore.StagingOf(_folder.Path, Id)).FullName;
        File.WriteAllText(Path.Combine(staging, "activities.db"), "new");
        File.WriteAllText(Path.Combine(staging, "state.db"), "new");
    }

    private void AssertIsNew()
    {
        Assert.Equal("new", Read("state.db"));
        Assert.Equal("new", Read("activities.db"));
        Assert.Equal(
            ["activities.db", $"before-restore-{Id}", "lock", "state.db"],
            Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var former = UnfinishedRestore.FormerOf(_folder.Path, Id);
        Assert.Equal(["state.db", "users"], Directory.GetFileSystemEntries(former).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("old", File.ReadAllText(Path.Combine(former, "state.db")));
    }

    private string Read(string name) => File.ReadAllText(Path.Combine(_folder.Path, name));
}
