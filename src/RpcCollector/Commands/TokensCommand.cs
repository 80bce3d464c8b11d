using System.CommandLine;
using System.Globalization;
using RpcCollector.Accounts;
using RpcCollector.Http.Access;
using RpcCollector.Naming;
using RpcCollector.Options;
using RpcCollector.Store;
using Spectre.Console;

namespace RpcCollector.Commands;

/// <summary>
/// <c>tokens</c>: what programs show instead of a login. A collector that runs takes over what is changed within seconds.
/// </summary>
internal sealed class TokensCommand : Command
{
    private readonly IReadOnlyList<string> _settings;

    public TokensCommand(IReadOnlyList<string> settings)
        : base("tokens", "Create, list and revoke API tokens, which programs show instead of a login.")
    {
        _settings = settings;
        Add(Creating());
        Add(Listing());
        Add(Revoking());
    }

    private string File => AccountPaths.Of(Effective.Http, Effective.Store).Tokens
        ?? throw new StartupException("Tokens need a data folder (Store:Enabled).");

    private CollectorOptions Effective => field ??= EffectiveSettings.Read(_settings).Options;

    private Command Creating()
    {
        var name = new Argument<string>("NAME") { Description = "Whose it is, or what for." };
        var role = new Option<string>("--role")
        {
            Description = "reader, analyst or admin.",
            DefaultValueFactory = _ => KebabCase<AccessRole>.Of(AccessRole.Reader),
        };
        role.AcceptOnlyFromAmong([.. KebabCase<AccessRole>.All.Select(KebabCase<AccessRole>.Of)]);
        var scope = new Option<string>("--scope")
        {
            Description = "all, or metrics for /metrics and /metrics/findings alone.",
            DefaultValueFactory = _ => KebabCase<TokenScope>.Of(TokenScope.All),
        };
        scope.AcceptOnlyFromAmong([.. KebabCase<TokenScope>.All.Select(KebabCase<TokenScope>.Of)]);
        var days = new Option<int>("--days") { Description = "For how many days it is good.", DefaultValueFactory = _ => 90 };
        var command = new Command("create", "Create a token and print it: nothing shows it again.") { name, role, scope, days };
        command.SetAction(parsed =>
        {
            var (whose, until) = (parsed.GetValue(name)!, parsed.GetValue(days));
            if (TokenFile.RefuseName(whose) is { } refusal) throw new StartupException(refusal);
            if (until is < 1 or > ApiToken.MaxDays) throw new StartupException($"--days: {until} is not from 1 to {ApiToken.MaxDays}.");
            if (!KebabCase<AccessRole>.TryParse(parsed.GetValue(role), out var access)
                || !KebabCase<TokenScope>.TryParse(parsed.GetValue(scope), out var what))
                throw new StartupException("--role or --scope is none.");
            DataFolder.Make(Effective);
            var (token, secret) = ApiToken.Make(whose, access, what, Clock(), Environment.UserName, until);
            TokenFile.Change(File, tokens => [.. tokens, token]);
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Token {token.Id}, good until {token.ExpiresAt:yyyy-MM-dd HH:mm} UTC. Send it as 'Authorization: Bearer ...'; it is " +
                    $"not shown again:"));
            Console.Out.WriteLine(secret);
            return 0;
        });
        return command;
    }

    private Command Revoking()
    {
        var id = new Argument<string>("ID") { Description = "As 'tokens list' shows it." };
        var command = new Command("revoke", "Revoke a token: its next request is refused.") { id };
        command.SetAction(parsed =>
        {
            var wanted = parsed.GetValue(id)!;
            if (!TokenFile.Read(File).Any(token => token.Id.Equals(wanted, StringComparison.Ordinal)))
                throw new StartupException($"There is no token '{Printable.Of(wanted)}' in '{File}'.");
            TokenFile.Change(File, tokens => [.. tokens.Where(token => !token.Id.Equals(wanted, StringComparison.Ordinal))]);
            Console.Out.WriteLine($"{wanted} is revoked.");
            return 0;
        });
        return command;
    }

    private Command Listing()
    {
        var command = new Command("list", "List the tokens, without what programs show.");
        command.SetAction(_ =>
        {
            var uses = TokenBook.UsesOf(StateStore.Peek(Effective.Store, TokenBook.UsesName))
                .ToDictionary(use => use.Id, StringComparer.Ordinal);
            var table = new Table().Border(TableBorder.Minimal)
                .AddColumns("Id", "Name", "Role", "Scope", "Created", "By", "Expires", "Last used");
            foreach (var token in TokenFile.Read(File))
            {
                var used = uses.TryGetValue(token.Id, out var use)
                    ? Moment(DateTimeOffset.FromUnixTimeMilliseconds(use.UsedUnixMilliseconds))
                    : "never";
                table.AddRow(
                    new Text(token.Id), new Text(Printable.Of(token.Name)), new Text(KebabCase<AccessRole>.Of(token.Role)),
                    new Text(KebabCase<TokenScope>.Of(token.Scope)), new Text(Moment(token.CreatedAt)),
                    new Text(Printable.Of(token.CreatedBy)),
                    new Text(Moment(token.ExpiresAt) + (token.ExpiresAt <= Clock() ? " (over)" : "")), new Text(used));
            }

            TextConsole.Out().Write(table);
            return 0;
        });
        return command;
    }

    private static DateTimeOffset Clock() => new Flows.Time.ArrivalClock(TimeProvider.System).Now;

    private static string Moment(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
