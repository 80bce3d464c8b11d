using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using RpcCollector.Options;
using RpcCollector.Transport;

namespace RpcCollector.Lab.Synthetic;

/// <summary>The options of <c>load</c>.</summary>
internal sealed class SyntheticOptions
{
    private static readonly SyntheticLoad Default = new() { Target = new IPEndPoint(IPAddress.Loopback, 0) };

    private readonly Option<string> _version = new("--synthetic")
    {
        Description = "What the flows are exported as: ipfix, v9 or v5.",
        DefaultValueFactory = _ => "ipfix",
    };

    private readonly Option<double?> _rate = new("--rate") { Description = "Datagrams a second; unbounded when absent." };

    private readonly Option<double?> _seconds = new("--seconds")
    {
        Description = $"How long, at most {SyntheticLoad.MaxSeconds} s; {Default.Seconds} when absent.",
    };

    private readonly Option<int?> _records = new("--records")
    {
        Description =
            $"Records a datagram, 1 to {SyntheticLoad.MaxRecords(ExportVersion.Ipfix)} (v5: " +
            $"{SyntheticLoad.MaxRecords(ExportVersion.NetFlowV5)}); {Default.Records} when absent.",
    };

    private readonly Option<int?> _exporters = new("--exporters")
    {
        Description =
            $"So many exporters, in turn, each with a loopback address of its own, from 127.64.0.1 on; 1 to " +
            $"{SyntheticLoad.MaxExporters}, 1 when absent.",
    };

    private readonly Option<int?> _templates = new("--templates")
    {
        Description = $"Templates of each exporter, used in turn; 1 to {SyntheticLoad.MaxTemplates}, 1 when absent.",
    };

    private readonly Option<double?> _mapper = new("--rpc-percent")
    {
        Description = $"Percent of the records that go to port 135; {Default.MapperShare * 100} when absent.",
    };

    private readonly Option<double?> _dynamic = new("--dynamic-percent")
    {
        Description = $"Percent of the records between two dynamic ports; {Default.DynamicShare * 100} when absent.",
    };

    private readonly Option<double?> _activity = new("--activity-percent")
    {
        Description =
            "Percent of the records that are pairs of a mapper flow and its endpoint flow, each pair an RPC activity; 0 when absent.",
    };

    private readonly Option<bool> _variable = new("--variable-length")
    {
        Description = "IPFIX records with a field of variable length before the ports.",
    };

    public SyntheticOptions() => _version.AcceptOnlyFromAmong("ipfix", "v9", "v5");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _version,
            _rate,
            _seconds,
            _records,
            _exporters,
            _templates,
            _mapper,
            _dynamic,
            _activity,
            _variable,
        })
            command.Add(option);
    }

    /// <exception cref="StartupException">A number is out of bounds, or this target cannot be sent to in that way.</exception>
    public SyntheticLoad Read(ParseResult parsed, IPEndPoint target)
    {
        var version = parsed.GetValue(_version) switch
        {
            "v5" => ExportVersion.NetFlowV5,
            "v9" => ExportVersion.NetFlowV9,
            _ => ExportVersion.Ipfix,
        };
        var load = new SyntheticLoad
        {
            Target = target,
            Version = version,
            Rate = parsed.GetValue(_rate) is { } rate ? Positive(_rate.Name, rate) : null,
            Seconds = Bounded(_seconds.Name, parsed.GetValue(_seconds) ?? Default.Seconds, 0.001, SyntheticLoad.MaxSeconds),
            Records = Bounded(_records.Name, parsed.GetValue(_records) ?? Default.Records, 1, SyntheticLoad.MaxRecords(version)),
            Exporters = Bounded(_exporters.Name, parsed.GetValue(_exporters) ?? Default.Exporters, 1, SyntheticLoad.MaxExporters),
            Templates = Bounded(_templates.Name, parsed.GetValue(_templates) ?? Default.Templates, 1, SyntheticLoad.MaxTemplates),
            MapperShare = Share(_mapper.Name, parsed.GetValue(_mapper), Default.MapperShare),
            DynamicShare = Share(_dynamic.Name, parsed.GetValue(_dynamic), Default.DynamicShare),
            ActivityShare = Share(_activity.Name, parsed.GetValue(_activity), Default.ActivityShare),
            HasVariableLength = parsed.GetValue(_variable),
        };
        if (load.MapperShare + load.DynamicShare + load.ActivityShare > 1)
            throw new StartupException("--rpc-percent, --dynamic-percent and --activity-percent: more than 100 together");
        if (load.HasVariableLength && version != ExportVersion.Ipfix)
            throw new StartupException($"{_variable.Name}: only IPFIX has fields of variable length");
        if (load.Templates > 1 && version == ExportVersion.NetFlowV5)
            throw new StartupException($"{_templates.Name}: NetFlow v5 has no Templates");
        if (load.Exporters > 1
            && !(LinuxSocket.IsSupported && target.AddressFamily == AddressFamily.InterNetwork && IPAddress.IsLoopback(target.Address)))
            throw new StartupException($"{_exporters.Name}: more than one needs an IPv4 loopback address to send to, on 64-bit Linux");
        return load;
    }

    private static double Share(string option, double? percent, double otherwise) =>
        percent is { } given ? Bounded(option, given, 0, 100) / 100 : otherwise;

    private static T Bounded<T>(string option, T value, T least, T most)
        where T : System.Numerics.INumber<T> =>
        value >= least && value <= most ? value : throw new StartupException($"{option}: {value} is not from {least} to {most}");

    private static double Positive(string option, double value) =>
        value > 0 && double.IsFinite(value) ? value : throw new StartupException($"{option}: {value} is not a positive number");
}
