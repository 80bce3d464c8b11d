using System.CommandLine;
using RpcCollector.Flows.Time;
using RpcCollector.Names;
using RpcCollector.Naming;
using RpcCollector.Options;
using RpcCollector.Sinks;
using RpcCollector.Store.Incidents;
using Spectre.Console;

namespace RpcCollector.Commands;

/// <summary>
/// <c>sinks</c>: who else is told of incidents? <c>sinks test</c> tells them an example. It goes by the settings, whether the appliance
/// runs or not.
/// </summary>
internal sealed class SinksCommand : Command
{
    private readonly IReadOnlyList<string> _settings;
    private readonly Argument<string?> _name = new("NAME")
    {
        Description = "The one to tell; all when absent.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public SinksCommand(IReadOnlyList<string> settings)
        : base("sinks", "Show who else is told of incidents (Alertmanager, webhooks, syslog, files), or tell them an example.")
    {
        _settings = settings;
        var list = new Command("list", "List them as the settings have them.");
        list.SetAction(_ => List());
        var test = new Command(
            "test", "Tell them an example, which says that it is one; exit code 0 when all took it, 1 when one did not.") { _name };
        test.SetAction((parsed, stopping) => TestAsync(parsed.GetValue(_name), stopping));
        Add(list);
        Add(test);
        SetAction(_ => List());
    }

    /// <summary>What a sink needs besides its settings, where no appliance runs.</summary>
    public static SinkTools Tools(CollectorOptions options)
    {
        var (names, links) = (new NameBook(options.Names), PublicLinks.Of(options.Http));
        return new SinkTools(
            new SinkTexts(new IncidentTexts(names, links), names, links), new ArrivalClock(TimeProvider.System), TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
    }

    private int List()
    {
        var options = EffectiveSettings.Read(_settings).Options;
        var targets = SinkSet.Targets(options.Sinks, Tools(options));
        if (targets.Count == 0)
        {
            Console.Out.WriteLine("Nobody else is told: no sink is set. docs/sinks.md has examples.");
            return 0;
        }

        var table = new Table().Border(TableBorder.Minimal).AddColumns("Name", "Kind", "Tells", "From severity", "Target");
        foreach (var (sink, _, target) in targets)
        {
            table.AddRow(
                new Text(sink.KnownAs), new Text(SinkNames.Of(sink.Kind)), new Text(Setting.Format(sink.Sends)),
                new Text(Setting.Format(sink.MinSeverity)), new Text(Printable.Of(target)));
        }

        TextConsole.Out().Write(table);
        return 0;
    }

    private async Task<int> TestAsync(string? name, CancellationToken stopping)
    {
        var options = EffectiveSettings.Read(_settings).Options;
        var tools = Tools(options);
        var targets = SinkSet.Targets(options.Sinks, tools);
        var wanted = name is null
            ? targets
            : [.. targets.Where(target => target.Options.KnownAs.Equals(name, StringComparison.OrdinalIgnoreCase))];
        if (wanted.Count == 0)
        {
            var known = targets.Count == 0 ? "none is set" : string.Join(", ", targets.Select(target => target.Options.KnownAs));
            throw new StartupException(name is null ? "There is no sink to test: none is set." : $"There is no sink '{name}': {known}.");
        }

        var failed = 0;
        foreach (var (sink, key, target) in wanted)
        {
            var failure = await SinkSet.TestAsync(sink, key, tools, stopping);
            if (failure is null)
            {
                Console.Out.WriteLine($"{sink.KnownAs}: {Printable.Of(target)} took the example.");
                continue;
            }

            failed++;
            await Console.Error.WriteLineAsync($"{sink.KnownAs}: {Printable.Of(target)} did not take it: {Printable.Of(failure.Reason)}");
        }

        return failed == 0 ? 0 : 1;
    }
}
