using RpcCollector.Options;
using RpcCollector.Store;

namespace RpcCollector.Tests.Store;

public sealed class StoreFolderTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Folder_belongs_to_one_process_at_a_time()
    {
        using (StoreFolder.Open(_temporary.Options))
        {
            var refusal = Assert.Throws<StartupException>(() => StoreFolder.Open(_temporary.Options));

            Assert.Contains(_temporary.Options.Folder, refusal.Message, StringComparison.Ordinal);
            Assert.Contains($"pid {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refusal.Message);
        }

        StoreFolder.Open(_temporary.Options).Dispose();
    }

    [Fact]
    public void Only_its_user_can_read_the_folder_and_its_files()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
            return;
        }

        using var activities = _temporary.Open();
        activities.Write(Activities.Many(0, 3));
        _temporary.State.SetValue("a", "b");

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_temporary.Options.Folder));
        foreach (var file in Directory.GetFiles(_temporary.Options.Folder))
            Assert.Equal((file, UnixFileMode.UserRead | UnixFileMode.UserWrite), (file, File.GetUnixFileMode(file)));
        Assert.Contains(_temporary.StatePath + "-wal", Directory.GetFiles(_temporary.Options.Folder));
    }

    [Fact]
    public void Folder_that_was_there_keeps_its_mode_and_files_that_were_there_do_not()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
            return;
        }

        _temporary.OpenState().Dispose();
        _temporary.Close();
        var open =
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        File.SetUnixFileMode(_temporary.Options.Folder, open);
        File.SetUnixFileMode(_temporary.StatePath, open);

        _temporary.OpenState().Dispose();

        Assert.Equal(open, File.GetUnixFileMode(_temporary.Options.Folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_temporary.StatePath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("lock")]
    [InlineData("state.db")]
    public void Folder_or_file_that_is_gone_or_another_is_noticed_and_its_return_too(string name)
    {
        using var state = _temporary.OpenState();
        var path = Path.TrimEndingDirectorySeparator(Path.Combine(_temporary.Options.Folder, name));
        var folder = _temporary.Folder;
        Assert.False(folder.Look());

        Directory.Move(path, path + ".away");
        Assert.True(folder.Look());
        Assert.Contains($"'{path}' was deleted or moved away", folder.Loss, StringComparison.Ordinal);
        Assert.False(folder.Look());
        Assert.Throws<IOException>(() => state.CommitSaid(_ => true));

        if (name.Length > 0) File.WriteAllText(path, "another");
        else Directory.CreateDirectory(path);
        folder.Look();
        Assert.Contains($"'{path}' was replaced", folder.Loss, StringComparison.Ordinal);

        if (name.Length > 0) File.Delete(path);
        else Directory.Delete(path);
        Directory.Move(path + ".away", path);
        Assert.True(folder.Look());
        Assert.Null(folder.Loss);
        Assert.True(state.CommitSaid(_ => true));
    }

    [Fact]
    public void Nothing_is_made_or_locked_when_all_is_kept_in_memory()
    {
        _temporary.Options.Enabled = false;

        using var one = StoreFolder.Open(_temporary.Options);
        using var other = StoreFolder.Open(_temporary.Options);

        Assert.Null(one.FullName);
        Assert.False(Directory.Exists(_temporary.Options.Folder));
    }
}
