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
        : base("office", "The simulated office of 'evaluate office' (synthetic, deterministic).")
    {
        Add(new ExportCommand(settings));
        Add(new RecordCommand(settings));
    }

    private sealed class RecordCommand : Command
    {
        private readonly IReadOnlyList<string> _settings;
        private readonly OfficeOptions _office = new();
        private readonly Argument<string> _file = new("FILE") { Description = "The recording; it is written over." };

        public RecordCommand(IReadOnlyList<string> settings)
            : base("record", "Write the office as the recording that the appliance's 'demo' plays; give --learned with it.")
        {
            _settings = settings;
            Add(_file);
            foreach (var option in _office.All) Add(option);
            SetAction(Run);
        }

        private int Run(ParseResult parsed)
        {
            var file = parsed.GetValue(_file)!;
            var office = _office.Read(parsed, EffectiveSettings.Read(_settings).Options).Office(0);
            var folder = Directory.CreateTempSubdirectory("rpc-collector-office-").FullName;
            try
            {
                OfficeFolder.Write(office, folder);
                var count = OfficeRecordingWriter.Write(folder, office.DayUnixMilliseconds, file);
                TextConsole.Out().WriteLine($"{count} connections in {file}");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new StartupException($"{file}: {exception.Message}", exception);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }

            return 0;
        }
    }

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
