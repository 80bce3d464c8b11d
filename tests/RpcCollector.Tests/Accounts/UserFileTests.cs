using RpcCollector.Accounts;
using RpcCollector.Options;

namespace RpcCollector.Tests.Accounts;

/// <summary>The files of users and tokens, as people and htpasswd write them.</summary>
public sealed class UserFileTests : IDisposable
{
    // htpasswd -nbB ada "correct horse", of Debian's apache2-utils 2.4.
    private const string ByHtpasswd = "ada:$2y$05$HiJ3tSTrybmYqzl7mFd6FeZfFCHxRbu.X864E1jp3UWYBziDFsETa";

    private static readonly string Hash = PasswordHash.Of("correct horse", PasswordHash.LeastCost);

    private readonly string _folder = Directory.CreateTempSubdirectory("rpc-collector-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Line_without_a_role_is_of_a_reader_and_comments_are_left_alone()
    {
        var users = UserFile.Parse("users", $"# ours\r\n\r\nada:{Hash}:admin\r\nray:{Hash}\nAna Müller:{Hash}: Analyst \n");

        Assert.Equal(
            [("ada", AccessRole.Admin), ("ray", AccessRole.Reader), ("Ana Müller", AccessRole.Analyst)],
            users.Select(user => (user.Name, user.Role)));
    }

    [Theory]
    [InlineData("ada", "it is not name:hash")]
    [InlineData("ada:{hash}:admin:more", "it is not name:hash")]
    [InlineData(":{hash}:admin", "A name is required")]
    [InlineData(" ada:{hash}:admin", "blank")]
    [InlineData("ada:{hash}:boss", "'boss' is no role")]
    [InlineData("ada:$apr1$abcdefgh$0123456789012345678901:admin", "not kept by bcrypt")]
    [InlineData("ada:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=:admin", "not kept by bcrypt")]
    [InlineData("ada:correct horse:admin", "not kept by bcrypt")]
    [InlineData("ada:$2x$05$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyzabcde:admin", "not kept by bcrypt")]
    [InlineData("ada:$2y$05$short:admin", "no hash of bcrypt")]
    [InlineData("ada:$2y$15${rest}:admin", "more than 14")]
    [InlineData("ada:$2y$31${rest}:admin", "more than 14")]
    [InlineData("ada:$2y$03${rest}:admin", "less than 4")]
    [InlineData("ada:$2y$xx${rest}:admin", "no number")]
    [InlineData("ray:{hash}:reader", "is there twice")]
    public void Wrong_line_is_named_by_its_number(string line, string why)
    {
        var text = $"# ours\nray:{Hash}\n" + line.Replace("{hash}", Hash, StringComparison.Ordinal)
            .Replace("{rest}", Hash[7..], StringComparison.Ordinal);

        var refusal = Assert.Throws<StartupException>(() => UserFile.Parse("/etc/users", text));

        Assert.StartsWith("'/etc/users', line 3: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Change_leaves_comments_and_order_and_the_file_is_its_users_alone()
    {
        var path = Path.Combine(_folder, "users");
        File.WriteAllText(path, $"# ours\nada:{Hash}:admin\n\n# guests\nray:{Hash}\n");

        UserFile.Change(path, users => [.. users.Where(user => user.Name != "ada"), new LocalUser("ana", Hash, AccessRole.Analyst)]);

        Assert.Equal($"# ours\n\n# guests\nray:{Hash}:reader\nana:{Hash}:analyst\n", File.ReadAllText(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.False(File.Exists(path + ".new"));
    }

    [Fact]
    public void Changes_at_the_same_time_lose_nothing()
    {
        var path = Path.Combine(_folder, "users");

        Parallel.For(0, 24, i => UserFile.Change(path, users => [.. users, new LocalUser($"user{i}", Hash, AccessRole.Reader)]));

        Assert.Equal(24, UserFile.Read(path).Count);
    }

    [Fact]
    public void File_with_a_wrong_line_is_not_written_over()
    {
        var path = Path.Combine(_folder, "users");
        File.WriteAllText(path, "nonsense\n");

        Assert.Throws<StartupException>(() => UserFile.Change(path, users => [.. users, new LocalUser("ana", Hash, AccessRole.Reader)]));

        Assert.Equal("nonsense\n", File.ReadAllText(path));
    }

    [Fact]
    public void File_that_is_too_long_and_one_with_too_many_users_are_refused()
    {
        var path = Path.Combine(_folder, "users");
        File.WriteAllText(path, new string('#', 300_000));
        Assert.Throws<StartupException>(() => UserFile.Read(path));

        var many = string.Concat(Enumerable.Range(0, UserFile.MaxUsers + 1).Select(i => $"user{i}:{Hash}\n"));
        Assert.Contains("at most", Assert.Throws<StartupException>(() => UserFile.Parse("users", many)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_that_became_wrong_or_is_gone_changes_nothing_and_is_named_once()
    {
        var path = Path.Combine(_folder, "users");
        File.WriteAllText(path, $"ada:{Hash}:admin\n");
        var file = new AccountFile<LocalUser>(path, "Http:Users", UserFile.Read);

        File.WriteAllText(path, "nonsense\n");
        Assert.False(file.Reload());
        Assert.Throws<StartupException>(() => file.Reload());
        Assert.False(file.Reload());
        File.Delete(path);
        Assert.False(file.Reload());
        Assert.Throws<StartupException>(() => file.Reload());

        Assert.Equal("ada", Assert.Single(file.Items).Name);
        File.WriteAllText(path, $"ana:{Hash}:admin\n");
        Assert.False(file.Reload());
        Assert.True(file.Reload());
        Assert.Equal("ana", Assert.Single(file.Items).Name);
    }

    [Theory]
    [InlineData("correct horse", "correct horse", true)]
    [InlineData("correct horse", "correct horsf", false)]
    [InlineData("pässwörter ✓", "pässwörter ✓", true)]
    [InlineData("correct horse", "", false)]
    [InlineData("correct horse", "correct horse\0", false)]
    public void Password_is_compared_as_bcrypt_does(string password, string given, bool isRight)
    {
        var hash = PasswordHash.Of(password, PasswordHash.LeastCost);

        Assert.Null(PasswordHash.Refuse(hash));
        Assert.Equal(isRight, PasswordHash.Verify(given, hash));
        Assert.Equal(isRight, PasswordHash.Verify(given, "$2a$" + hash[4..]));
        Assert.Equal(isRight, PasswordHash.Verify(given, "$2b$" + hash[4..]));
        Assert.False(PasswordHash.Verify(given, PasswordHash.Dummy(4)));
    }

    [Fact]
    public void What_htpasswd_wrote_is_compared_alike()
    {
        var user = Assert.Single(UserFile.Parse("users", ByHtpasswd));

        Assert.Equal(("ada", AccessRole.Reader), (user.Name, user.Role));
        Assert.True(PasswordHash.Verify("correct horse", user.Hash));
        Assert.False(PasswordHash.Verify("wrong horse", user.Hash));
    }

    [Theory]
    [InlineData("1234567", false)]
    [InlineData("12345678", true)]
    [InlineData("1234567\u0007", false)]
    public void Password_is_neither_short_nor_longer_than_bcrypt_heeds(string password, bool isGood)
    {
        Assert.Equal(isGood, PasswordHash.RefusePassword(password) is null);
        Assert.NotNull(PasswordHash.RefusePassword(new string('ä', 37)));
        Assert.Null(PasswordHash.RefusePassword(new string('ä', 36)));
    }

    [Fact]
    public void Token_is_known_by_its_hash_alone_and_its_file_holds_no_secret()
    {
        var path = Path.Combine(_folder, TokenFile.FileName);
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        var (token, secret) = ApiToken.Make("prometheus", AccessRole.Reader, TokenScope.Metrics, now, "ada", days: 90);

        TokenFile.Change(path, tokens => [.. tokens, token]);

        Assert.Equal(token, Assert.Single(TokenFile.Read(path)));
        Assert.Equal(token.Hash, ApiToken.HashOf(secret));
        Assert.DoesNotContain(secret[ApiToken.Prefix.Length..], File.ReadAllText(path), StringComparison.Ordinal);
        foreach (var guess in (string[])["", "rpc_", secret[..^1], secret + "A", secret[4..], "rpc_" + new string('!', 43)])
            Assert.NotEqual(token.Hash, ApiToken.HashOf(guess));
        File.AppendAllText(path, "x\ty\n");
        Assert.Contains("line 3", Assert.Throws<StartupException>(() => TokenFile.Read(path)).Message, StringComparison.Ordinal);
    }
}
