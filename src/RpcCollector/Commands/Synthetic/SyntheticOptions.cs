using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using RpcCollector.Transport;

namespace RpcCollector.Commands.Synthetic;

/// <summary>The options of <c>send --synthetic</c>.</summary>
internal sealed class SyntheticOptions
{
    private static readonly SyntheticLoad Default = new() { Target = new IPEndPoint(IPAddress.Loopback, 0) };

    private readonly Option<string?> _version = Choice("--synthetic", "Send flows that are made up, not a capture: ipfix, v9 or v5. --rate is unbounded when absent. Prints what it sent as one line of JSON.");

    private readonly Option<double?> _seconds = new("--seconds") { Description = $"Synthetic: how long, at most {SyntheticLoad.MaxSeconds} s; {Default.Seconds} when absent." };

    private readonly Option<int?> _records = new("--records")
    {
        Description = $"Synthetic: records a datagram, 1 to {SyntheticLoad.MaxRecords(ExportVersion.Ipfix)} (v5: {SyntheticLoad.MaxRecords(ExportVersion.NetFlowV5)}); {Default.Records} when absent.",
    };

    private readonly Option<int?> _exporters = new("--exporters") { Description = $"Synthetic: so many exporters, in turn, each with a loopback address of its own, from 127.64.0.1 on; 1 to {SyntheticLoad.MaxExporters}, 1 when absent." };

    private readonly Option<int?> _templates = new("--templates") { Description = $"Synthetic: Templates of each exporter, used in turn; 1 to {SyntheticLoad.MaxTemplates}, 1 when absent." };

    private readonly Option<double?> _mapper = new("--rpc-percent") { Description = $"Synthetic: percent of the records that go to port 135; {Default.MapperShare * 100} when absent." };

    private readonly Option<double?> _dynamic = new("--dynamic-percent") { Description = $"Synthetic: percent of the records between two dynamic ports; {Default.DynamicShare * 100} when absent." };

    private readonly Option<double?> _activity = new("--activity-percent") { Description = "Synthetic: percent of the records that are pairs of a mapper flow and its endpoint flow, each pair an RPC activity; 0 when absent." };

    private readonly Option<bool> _variable = new("--variable-length") { Description = "Synthetic: IPFIX records with a field of variable length before the ports." };

    /// <param name="file">The capture to send otherwise.</param>
    /// <param name="ofCaptures">What goes with captures only.</param>
    public void AddTo(Command command, Argument file, Option[] ofCaptures)
    {
        foreach (var option in All) command.Add(option);
        command.Validators.Add(result =>
        {
            var isSynthetic = IsGiven(_version);
            if (isSynthetic == result.GetResult(file) is { Tokens.Count: > 0 }) result.AddError("Give a FILE or --synthetic.");
            if ((isSynthetic ? ofCaptures : All.Skip(1)).FirstOrDefault(IsGiven) is { } misplaced)
                result.AddError($"{misplaced.Name} goes with {(isSynthetic ? "a FILE" : "--synthetic")} only.");

            bool IsGiven(Option option) => result.GetResult(option) is { Implicit: false };
        });
    }

    public bool IsAskedFor(ParseResult parsed) => parsed.GetValue(_version) is not null;

    /// <exception cref="StartupException">A number is out of bounds, or this target cannot be sent to in that way.</exception>
    public SyntheticLoad Read(ParseResult parsed, IPEndPoint target, double? rate)
    {
        var version = parsed.GetValue(_version) switch { "v5" => ExportVersion.NetFlowV5, "v9" => ExportVersion.NetFlowV9, _ => ExportVersion.Ipfix };
        var load = new SyntheticLoad
        {
            Target = target,
            Version = version,
            Rate = rate,
            Seconds = Bounded(_seconds.Name, parsed.GetValue(_seconds) ?? Default.Seconds, 0.001, SyntheticLoad.MaxSeconds),
            Records = Bounded(_records.Name, parsed.GetValue(_records) ?? Default.Records, 1, SyntheticLoad.MaxRecords(version)),
            Exporters = Bounded(_exporters.Name, parsed.GetValue(_exporters) ?? Default.Exporters, 1, SyntheticLoad.MaxExporters),
            Templates = Bounded(_templates.Name, parsed.GetValue(_templates) ?? Default.Templates, 1, SyntheticLoad.MaxTemplates),
            MapperShare = Share(_mapper.Name, parsed.GetValue(_mapper), Default.MapperShare),
            DynamicShare = Share(_dynamic.Name, parsed.GetValue(_dynamic), Default.DynamicShare),
            ActivityShare = Share(_activity.Name, parsed.GetValue(_activity), Default.ActivityShare),
            HasVariableLength = parsed.GetValue(_variable),
        };
        if (load.MapperShare + load.DynamicShare + load.ActivityShare > 1) throw new StartupException("--rpc-percent, --dynamic-percent and --activity-percent: more than 100 together");
        if (load.HasVariableLength && version != ExportVersion.Ipfix) throw new StartupException($"{_variable.Name}: only IPFIX has fields of variable length");
        if (load.Templates > 1 && version == ExportVersion.NetFlowV5) throw new StartupException($"{_templates.Name}: NetFlow v5 has no Templates");
        if (load.Exporters > 1 && !(LinuxSocket.IsSupported && target.AddressFamily == AddressFamily.InterNetwork && IPAddress.IsLoopback(target.Address)))
            throw new StartupException($"{_exporters.Name}: more than one needs an IPv4 loopback address to send to, on 64-bit Linux");
        return load;
    }

    private IEnumerable<Option> All => [_version, _seconds, _records, _exporters, _templates, _mapper, _dynamic, _activity, _variable];

    private static double Share(string option, double? percent, double otherwise) => percent is { } given ? Bounded(option, given, 0, 100) / 100 : otherwise;

    private static T Bounded<T>(string option, T value, T least, T most)
        where T : System.Numerics.INumber<T> =>
        value >= least && value <= most ? value : throw new StartupException($"{option}: {value} is not from {least} to {most}");

    private static Option<string?> Choice(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description };
        option.AcceptOnlyFromAmong("ipfix", "v9", "v5");
        return option;
    }
}
