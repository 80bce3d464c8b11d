using System.CommandLine;
using RpcCollector.Commands;
using RpcCollector.Lab.Evaluation.Office.Export;
using RpcCollector.Options;
using Spectre.Console;

namespace RpcCollector.Lab;

/// <summary><c>office</c>: the simulated office that <c>evaluate office</c> judges, for other programs to read.</summary>
internal sealed class OfficeCommand : Command
{
    public OfficeCommand(IReadOnlyList<string> settings)
        : base("office", "The simulated office of 'evaluate office' (synthetic, deterministic).") => Add(new ExportCommand(settings));

    private sealed class ExportCommand : Command
    {
        private readonly IReadOnlyList<string> _settings;
        private readonly OfficeOptions _office = new();
        private readonly Argument<string> _folder = new("FOLDER")
        {
            Description = "Where the logs are written; it is made when it is missing.",
        };

        public ExportCommand(IReadOnlyList<string> settings)
            : base("export",
                "Write the office as Zeek would log it (conn.log and dhcp.log as JSON), with names.csv and whose.csv, so that 'replay' " +
                    "or a " +
                "running collector reads it.")
        {
            _settings = settings;
            Add(_folder);
            foreach (var option in _office.All) Add(option);
            SetAction(Run);
        }

        private int Run(ParseResult parsed)
        {
            var folder = parsed.GetValue(_folder)!;
            var office = _office.Read(parsed, EffectiveSettings.Read(_settings).Options).Office(0);
            try
            {
                TextConsole.Out().WriteLine($"{OfficeFolder.Write(office, folder)} connections in {folder}");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new StartupException($"{folder}: {exception.Message}", exception);
            }

            return 0;
        }
    }
}
