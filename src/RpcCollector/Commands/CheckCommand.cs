using System.CommandLine;
using RpcCollector.Accounts;
using RpcCollector.Certificates;
using RpcCollector.Http.Access;
using RpcCollector.Names;
using RpcCollector.Naming;
using RpcCollector.Options;
using RpcCollector.Scale.Nats;
using RpcCollector.Sinks;
using RpcCollector.Transport;
using Spectre.Console;

namespace RpcCollector.Commands;

/// <summary><c>check</c>: is the configuration valid? Prints the effective settings, and where each comes from.</summary>
internal sealed class CheckCommand : Command
{
    private readonly IReadOnlyList<string> _settings;

    private readonly Option<string> _format = new("--format")
    {
        Description = "text: the effective settings and where each comes from; markdown: every setting with its default and meaning.",
        DefaultValueFactory = _ => "text",
    };

    public CheckCommand(IReadOnlyList<string> settings)
        : base("check", "Check the configuration and print the effective settings with their sources; exit code 0 when valid, 2 when not.")
    {
        _settings = settings;
        _format.AcceptOnlyFromAmong("text", "markdown");
        Add(_format);
        SetAction(parsed => Check(isMarkdown: parsed.GetValue(_format) is "markdown"));
    }

    private int Check(bool isMarkdown)
    {
        var effective = EffectiveSettings.Read(_settings);
        if (isMarkdown)
        {
            Console.Out.Write(SettingTable.Markdown());
            return 0;
        }

        // A start would also fail if the files that the settings name cannot be used.
        _ = TlsIdentity.Load(effective.Options.Tcp);
        _ = new ReloadedCertificate(effective.Options.Http.Tls);
        var accounts = AccountPaths.Of(effective.Options.Http, effective.Options.Store);
        _ = new UserBook(accounts);
        if (accounts.Tokens is { } tokens) _ = TokenFile.Read(tokens);
        _ = SinkSet.Targets(effective.Options.Sinks, SinksCommand.Tools(effective.Options));
        if (effective.Options.Scale.Role != ScaleRole.All) _ = NatsServers.Read(effective.Options.Scale);
        _ = NameFiles.Load(effective.Options.Names, reader =>
        {
            foreach (var refusal in reader.Refusals) Console.Error.WriteLine($"{Printable.Of(effective.Options.Names.File)}: {refusal}");
        });

        var table = new Table().Border(TableBorder.Minimal).AddColumns("Setting", "Value", "Unit", "Source");
        foreach (var setting in SettingCatalog.Settings)
        {
            if (setting.Index is { } sink && effective.Options.Sinks[sink].Kind == SinkKind.None) continue;
            var source = ConfigurationSources.SourceOf(effective.Configuration, setting);
            table.AddRow(
                new Text(setting.Key), new Text(setting.Show(effective.Options)), new Text(setting.Unit), new Text(source));
        }

        var console = TextConsole.Out();
        console.Write(table);
        console.WriteLine("The configuration is valid.");
        return 0;
    }
}
