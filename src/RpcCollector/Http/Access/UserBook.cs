using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RpcCollector.Accounts;
using RpcCollector.Naming;
using RpcCollector.Options;
using RpcCollector.Store;

namespace RpcCollector.Http.Access;

/// <summary>Who may log in by name and password, as the file of users has it.</summary>
internal sealed class UserBook
{
    private const string Setting = $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Http)}:{nameof(HttpOptions.Users)}";

    private readonly AccountFile<LocalUser> _file;

    // Which cost stands for an unknown name must not be foreseeable.
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(16);
    private volatile Dictionary<string, LocalUser> _users;

    /// <exception cref="StartupException">The file cannot be read, or a line is wrong.</exception>
    public UserBook(AccountPaths paths)
    {
        _file = new AccountFile<LocalUser>(paths.Users, Setting, UserFile.Read);
        _users = ByName();
    }

    /// <summary>Who else has to know them; null where nobody does, or the file is looked after elsewhere.</summary>
    public IWordLog? Words { get; set; }

    /// <summary>The file; null where users cannot be kept.</summary>
    public string? Path => _file.Path;

    public int Count => _users.Count;

    public IReadOnlyList<LocalUser> All => [.. _users.Values.OrderBy(user => user.Name, StringComparer.Ordinal)];

    public LocalUser? Find(string name) => _users.GetValueOrDefault(name);

    /// <summary>
    /// What to compare a password with: for an unknown name a hash that nobody has, at the cost of somebody's, the same one each time.
    /// </summary>
    public string HashFor(string name)
    {
        var users = _users;
        if (users.TryGetValue(name, out var user)) return user.Hash;
        if (users.Count == 0) return PasswordHash.Dummy(PasswordHash.UsualCost);
        var octets = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(name));
        var likeness = All[(int)(BinaryPrimitives.ReadUInt32LittleEndian(octets) % (uint)users.Count)];
        return PasswordHash.Dummy(PasswordHash.CostOf(likeness.Hash) ?? PasswordHash.UsualCost);
    }

    /// <summary>Makes somebody the first admin.</summary>
    /// <returns>The user; null when somebody else was faster.</returns>
    /// <exception cref="StartupException">The file cannot be written.</exception>
    public LocalUser? AddFirst(string name, string password)
    {
        var user = new LocalUser(name, PasswordHash.Of(password), AccessRole.Admin);
        var isFirst = false;
        if (Words is { } words && Count == 0) words.Say("users", [(name, UserFile.Line(user))], Add);
        else Add();
        return isFirst ? user : null;

        void Add()
        {
            UserFile.Change(Path ?? throw new StartupException("There is no file to keep users in."), users =>
            {
                isFirst = users.Count == 0 || (users.Count == 1 && users[0] == user);
                return isFirst ? [user] : users;
            });
            _file.Refresh();
            _users = ByName();
        }
    }

    /// <summary>Another judge has other users.</summary>
    /// <param name="changes">By name; null for one that is gone.</param>
    /// <exception cref="StartupException">The file cannot be written.</exception>
    public void Hear(IReadOnlyDictionary<string, LocalUser?> changes)
    {
        UserFile.Change(Path ?? throw new StartupException("There is no file to keep users in."), users =>
        [
            .. users.Where(user => !changes.ContainsKey(user.Name)), .. changes.Values.OfType<LocalUser>(),
        ]);
        _file.Refresh();
        _users = ByName();
    }

    /// <summary>Looks at the file once.</summary>
    /// <returns>What has changed: what, whom and how.</returns>
    /// <exception cref="StartupException">It has changed and is wrong.</exception>
    public IReadOnlyList<(string What, string Name, string? Detail)> Reload()
    {
        if (!_file.Reload()) return [];
        var former = _users;
        var now = _users = ByName();
        return
        [
            .. former.Values.Where(user => !now.ContainsKey(user.Name)).Select(user => ("user-removed", user.Name, (string?)null)),
            .. now.Values.SelectMany(user => Changes(former.GetValueOrDefault(user.Name), user)),
        ];
    }

    private static IEnumerable<(string What, string Name, string? Detail)> Changes(LocalUser? former, LocalUser user)
    {
        var role = KebabCase<AccessRole>.Of(user.Role);
        if (former is null) yield return ("user-added", user.Name, $"as {role}");
        else if (former.Role != user.Role)
            yield return ("user-changed", user.Name, $"{KebabCase<AccessRole>.Of(former.Role)} became {role}");
        if (former is not null && !former.Hash.Equals(user.Hash, StringComparison.Ordinal))
            yield return ("user-changed", user.Name, "another password");
    }

    private Dictionary<string, LocalUser> ByName() => _file.Items.ToDictionary(user => user.Name, StringComparer.Ordinal);
}
