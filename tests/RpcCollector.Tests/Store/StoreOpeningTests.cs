using Microsoft.Data.Sqlite;
using RpcCollector.Options;
using RpcCollector.Store;
using static RpcCollector.Tests.Store.Activities;

namespace RpcCollector.Tests.Store;

public sealed class StoreOpeningTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();

    [Theory]
    [InlineData("no database at all, but a text that is longer than a header of one would be, so that it is read as one")]
    [InlineData("x")]
    public void File_that_is_no_database_is_renamed_and_a_new_one_begun(string content)
    {
        Directory.CreateDirectory(_temporary.Options.Folder);
        File.WriteAllText(_temporary.DatabasePath, content);

        using var store = _temporary.Open();
        store.Write(Many(0, 1));

        Assert.Equal(1, store.Activities);
        Assert.Equal(1, store.SetAside);
        Assert.Equal(content, File.ReadAllText(Assert.Single(Directory.GetFiles(_temporary.Options.Folder, "*.damaged-*Z"))));
        Assert.Single(
            _temporary.Log.Lines, line =>
            line.StartsWith("Error", StringComparison.Ordinal) && line.Contains(_temporary.DatabasePath, StringComparison.Ordinal));
    }

    [Fact]
    public void Database_damaged_in_its_middle_is_renamed_and_a_new_one_begun()
    {
        Damage(new byte[64 << 10]);

        using var store = _temporary.Open();

        Assert.Equal(0, store.Activities);
        Assert.Equal(1, store.SetAside);
        store.Write(Many(0, 3));
        Assert.Equal(3, store.Read(new ActivityQuery()).Items.Count);
    }

    [Fact]
    public void Only_the_three_latest_damaged_files_are_kept()
    {
        Directory.CreateDirectory(_temporary.Options.Folder);
        for (var time = 0; time < 5; time++)
        {
            File.WriteAllText(_temporary.DatabasePath, $"damage {time}");
            _temporary.Time.Now += TimeSpan.FromSeconds(1);
            _temporary.Open().Dispose();
        }

        Assert.Equal(
            ["damage 2", "damage 3", "damage 4"],
            Directory.GetFiles(_temporary.Options.Folder, "*.damaged-*Z").Order(StringComparer.Ordinal).Select(File.ReadAllText));
    }

    [Fact]
    public void File_set_aside_by_a_clock_that_was_set_back_is_kept()
    {
        Directory.CreateDirectory(_temporary.Options.Folder);
        for (var day = 1; day <= 3; day++)
            File.WriteAllText($"{_temporary.DatabasePath}.damaged-2999010{day}T000000000Z", $"damage of day {day}");
        File.WriteAllText(_temporary.DatabasePath, "damage of now");

        _temporary.Open().Dispose();

        Assert.Equal(
            ["damage of now", "damage of day 2", "damage of day 3"],
            Directory.GetFiles(_temporary.Options.Folder, "*.damaged-*Z").Order(StringComparer.Ordinal).Select(File.ReadAllText));
    }

    [Fact]
    public void Database_found_damaged_in_use_is_replaced_and_who_asked_is_answered()
    {
        using var store = _temporary.Open();
        for (var batch = 0; batch < 4; batch++) store.Write(Many(batch * 5_000, 5_000));
        using (var connection = new SqliteConnection($"Data Source={_temporary.DatabasePath};Pooling=False"))
        {
            connection.Open();
            Database.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        using (var file = File.OpenWrite(_temporary.DatabasePath)) file.Write(new byte[file.Length]);
        Assert.Empty(store.Read(new ActivityQuery { Limit = 1000 }).Items);

        store.Write(Many(0, 3));

        Assert.Equal(1, store.SetAside);
        Assert.Equal(3, store.Read(new ActivityQuery()).Items.Count);
        Assert.Equal(3, store.Activities);
    }

    [Fact]
    public void Replacing_that_the_disk_refuses_is_tried_again_until_it_works()
    {
        using var store = _temporary.Open();
        store.Write(Many(0, 5_000));
        using (var connection = new SqliteConnection($"Data Source={_temporary.DatabasePath};Pooling=False"))
        {
            connection.Open();
            Database.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        using (var file = File.OpenWrite(_temporary.DatabasePath)) file.Write(new byte[file.Length]);

        // A folder of that name is in the way.
        var aside = Directory.CreateDirectory($"{_temporary.DatabasePath}.damaged-{_temporary.Clock.Now:yyyyMMdd'T'HHmmssfff'Z'}");
        for (var time = 0; time < 3; time++)
        {
            Assert.True(Database.IsDiskFailure(Assert.ThrowsAny<Exception>(() => store.Read(new ActivityQuery()))));
            Assert.True(Database.IsDiskFailure(Assert.ThrowsAny<Exception>(() => store.Write(Many(0, 3)))));
            Assert.True(Database.IsDiskFailure(Assert.ThrowsAny<Exception>(() => store.Trim(Epoch, Epoch))));
        }

        aside.Delete();
        store.Write(Many(0, 3));

        Assert.Equal((1, 3), (store.SetAside, store.Activities));
        Assert.Equal(3, store.Read(new ActivityQuery()).Items.Count);
    }

    [Fact]
    public void Folder_that_cannot_be_made_names_the_setting_and_the_path()
    {
        // A file where a folder should be: not even root can make one below it.
        Directory.CreateDirectory(_temporary.Options.Folder);
        var file = Path.Combine(_temporary.Options.Folder, "file");
        File.WriteAllText(file, "");
        _temporary.Options.Folder = Path.Combine(file, "data");

        var refusal = Assert.Throws<StartupException>(_temporary.Open);

        Assert.Contains("RpcCollector:Store:Folder", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(_temporary.Options.Folder, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void Database_that_is_a_folder_names_the_setting_and_the_path()
    {
        Directory.CreateDirectory(_temporary.DatabasePath);

        var refusal = Assert.Throws<StartupException>(_temporary.Open);

        Assert.Contains("RpcCollector:Store:Folder", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(_temporary.DatabasePath, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Database_of_another_program_is_left_alone()
    {
        Directory.CreateDirectory(_temporary.Options.Folder);
        Run("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");

        Assert.Throws<StartupException>(_temporary.Open);

        Assert.Empty(Directory.GetFiles(_temporary.Options.Folder, "*.damaged-*"));
    }

    [Fact]
    public void Database_of_a_newer_version_is_left_alone()
    {
        _temporary.Open().Dispose();
        Run("PRAGMA user_version=99; UPDATE value SET content = replace(content, '8 ', '99 ') WHERE name = 'schema'");

        var refusal = Assert.Throws<StartupException>(_temporary.Open);

        Assert.Contains("99", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Database_of_before_bursts_keeps_its_activities_and_takes_a_burst()
    {
        using (var store = _temporary.Open()) store.Write(Many(0, 3));
        Run("DROP TABLE unsorted; DELETE FROM value; PRAGMA user_version=7");

        using var opened = _temporary.Open();
        opened.Write(Many(2, 3), mayWait: true);

        Assert.Equal((5, 2), (opened.Activities, opened.Unsorted));
        Assert.Equal(5, opened.Read(new ActivityQuery()).Items.Count);
    }

    [Fact]
    public void Database_of_the_first_version_keeps_its_activities_and_learns_completeness()
    {
        using (var store = _temporary.Open()) store.Write([Added(Car(1))]);
        foreach (var index in (string[])["by_time", "by_client", "by_server", "by_mapper", "by_endpoint"])
            Run($"DROP INDEX activities_{index}");
        foreach (var column in (string[])["start", "client", "server"])
            Run($"CREATE INDEX activities_by_{column} ON activities ({(column is "start" ? "start_ms" : column)})");
        Run("ALTER TABLE activities DROP COLUMN completeness; ALTER TABLE activities DROP COLUMN refused");
        Run("ALTER TABLE activities DROP COLUMN translated; DROP TABLE value; DROP TABLE unsorted; PRAGMA user_version=1");

        using var opened = _temporary.Open();
        opened.Write([Added(Car(2))]);

        Assert.Equal([2, 1], opened.Read(new ActivityQuery { Limit = 10 }).Items.Select(item => item.Id == Car(1).Id ? 1 : 2));
    }

    public void Dispose() => _temporary.Dispose();

    private void Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_temporary.DatabasePath};Pooling=False");
        connection.Open();
        Database.Execute(connection, sql);
    }

    private void Damage(byte[] noise)
    {
        using (var store = _temporary.Open()) store.Write(Many(0, 5_000));
        new Random(1).NextBytes(noise);
        using var file = File.OpenWrite(_temporary.DatabasePath);
        file.Seek(file.Length / 2, SeekOrigin.Begin);
        file.Write(noise);
    }
}
