using System.CommandLine;
using RpcCollector.Accounts;
using RpcCollector.Naming;
using RpcCollector.Options;
using Spectre.Console;

namespace RpcCollector.Commands;

/// <summary><c>users</c>: who may log in by name and password. A collector that runs takes over what is changed within seconds.</summary>
internal sealed class UsersCommand : Command
{
    private readonly IReadOnlyList<string> _settings;

    public UsersCommand(IReadOnlyList<string> settings)
        : base("users", "Add, list, change and remove users, who log in by name and password.")
    {
        _settings = settings;
        Add(Adding());
        Add(Changing());
        Add(Removing());
        Add(Listing());
    }

    private string File => AccountPaths.Of(Effective.Http, Effective.Store).Users
        ?? throw new StartupException(
            $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Http)}:{nameof(HttpOptions.Users)}: names no file, and there is no " +
            "data folder (Store:Enabled)");

    private CollectorOptions Effective => field ??= EffectiveSettings.Read(_settings).Options;

    private Command Adding()
    {
        var name = NameArgument();
        var role = RoleOption();
        role.DefaultValueFactory = _ => KebabCase<AccessRole>.Of(AccessRole.Reader);
        var command = new Command("add", "Add a user. The password is asked for, or read from standard input.") { name, role };
        command.SetAction(parsed =>
        {
            var user = parsed.GetValue(name)!;
            if (LocalUser.RefuseName(user) is { } refusal) throw new StartupException(refusal);
            if (UserFile.Read(File).Any(other => other.Name.Equals(user, StringComparison.Ordinal))) throw Exists(user);
            DataFolder.Make(Effective);
            var added = new LocalUser(user, PasswordHash.Of(AskedPassword.Read(user)), RoleOf(parsed.GetValue(role))!.Value);
            UserFile.Change(
                File, users =>
                    users.Any(other => other.Name.Equals(user, StringComparison.Ordinal)) ? throw Exists(user) : [.. users, added]);
            Console.Out.WriteLine($"{Printable.Of(user)} may log in as {KebabCase<AccessRole>.Of(added.Role)}.");
            return 0;
        });
        return command;
    }

    private Command Changing()
    {
        var name = NameArgument();
        var role = RoleOption();
        role.Description += " The password stays as it is.";
        var command = new Command("passwd", "Give a user another password, or another role; what they are logged in by ends.")
        {
            name,
            role,
        };
        command.SetAction(parsed =>
        {
            var known = Known(parsed.GetValue(name)!);
            var changed = RoleOf(parsed.GetValue(role)) is { } another
                ? new LocalUser(known.Name, known.Hash, another)
                : new LocalUser(known.Name, PasswordHash.Of(AskedPassword.Read(known.Name)), known.Role);
            UserFile.Change(
                File, users => [.. users.Select(user => user.Name.Equals(known.Name, StringComparison.Ordinal) ? changed : user)]);
            Console.Out.WriteLine($"{Printable.Of(known.Name)} is changed, and has to log in again.");
            return 0;
        });
        return command;
    }

    private Command Removing()
    {
        var name = NameArgument();
        var command = new Command("remove", "Remove a user; what they are logged in by ends.") { name };
        command.SetAction(parsed =>
        {
            var known = Known(parsed.GetValue(name)!);
            UserFile.Change(File, users => [.. users.Where(user => !user.Name.Equals(known.Name, StringComparison.Ordinal))]);
            Console.Out.WriteLine($"{Printable.Of(known.Name)} is removed.");
            return 0;
        });
        return command;
    }

    private Command Listing()
    {
        var command = new Command("list", "List the users, with the cost of their passwords' hashes.");
        command.SetAction(_ =>
        {
            var table = new Table().Border(TableBorder.Minimal).AddColumns("Name", "Role", "Cost");
            foreach (var user in UserFile.Read(File))
            {
                table.AddRow(
                    new Text(Printable.Of(user.Name)), new Text(KebabCase<AccessRole>.Of(user.Role)),
                    new Text(PasswordHash.CostOf(user.Hash)?.ToString() ?? ""));
            }

            TextConsole.Out().Write(table);
            return 0;
        });
        return command;
    }

    private LocalUser Known(string name) =>
        UserFile.Read(File).FirstOrDefault(user => user.Name.Equals(name, StringComparison.Ordinal))
        ?? throw new StartupException($"There is no user '{Printable.Of(name)}' in '{File}'.");

    private static StartupException Exists(string name) =>
        new($"There is a user '{Printable.Of(name)}' already; 'users passwd' gives another password or role.");

    private static Argument<string> NameArgument() => new("NAME") { Description = "The name to log in by." };

    private static Option<string?> RoleOption()
    {
        var role = new Option<string?>("--role") { Description = "reader, analyst or admin." };
        role.AcceptOnlyFromAmong([.. KebabCase<AccessRole>.All.Select(KebabCase<AccessRole>.Of)]);
        return role;
    }

    private static AccessRole? RoleOf(string? text) => KebabCase<AccessRole>.TryParse(text, out var role) ? role : null;
}
