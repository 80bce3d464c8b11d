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

    private readonly Option<bool> _repeat = new("--repeat")
    {
        Description =
            "Send prepared datagrams again and again for a second, so that nearly all flows are known; without it every flow is a new " +
            "connection, of hosts with habits.",
    };

    private readonly Option<int?> _hosts = new("--hosts")
    {
        Description =
            $"Hosts with eight servers of their own each, of one server for fifty hosts; {SyntheticLoad.MinHosts} to " +
            $"{SyntheticLoad.MaxHosts}, {Default.Hosts} when absent. Not with --repeat.",
    };

    private readonly Option<double?> _family = new("--family-percent")
    {
        Description =
            $"Percent of the records that go to ports 88, 389 and 445; {Default.FamilyShare * 100} when absent. Not with --repeat.",
    };

    private readonly Option<double?> _rpc = new("--rpc-percent")
    {
        Description =
            $"Percent of the records that begin an RPC connection, whose second record comes later; {Default.RpcShare * 100} when " +
            $"absent. With --repeat: that go to port 135; {Default.MapperShare * 100} when absent.",
    };

    private readonly Option<double?> _dynamic = new("--dynamic-percent")
    {
        Description = $"Percent of the records between two dynamic ports that are no RPC; {Default.DynamicShare * 100} when absent.",
    };

    private readonly Option<double?> _activity = new("--activity-percent")
    {
        Description =
            "Percent of the records that are pairs of a mapper flow and its endpoint flow, each pair an RPC activity of a new client; 0 " +
            "when absent. Only with --repeat.",
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
            _repeat,
            _hosts,
            _rpc,
            _family,
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
            IsRepeated = parsed.GetValue(_repeat),
            Hosts = Bounded(_hosts.Name, parsed.GetValue(_hosts) ?? Default.Hosts, SyntheticLoad.MinHosts, SyntheticLoad.MaxHosts),
            RpcShare = Share(_rpc.Name, parsed.GetValue(_rpc), Default.RpcShare),
            FamilyShare = Share(_family.Name, parsed.GetValue(_family), Default.FamilyShare),
            MapperShare = Share(_rpc.Name, parsed.GetValue(_rpc), Default.MapperShare),
            DynamicShare = Share(_dynamic.Name, parsed.GetValue(_dynamic), Default.DynamicShare),
            ActivityShare = Share(_activity.Name, parsed.GetValue(_activity), Default.ActivityShare),
            HasVariableLength = parsed.GetValue(_variable),
        };
        var shares = load.IsRepeated ? load.MapperShare + load.ActivityShare : load.RpcShare + load.FamilyShare;
        if (shares + load.DynamicShare > 1)
            throw new StartupException(
                load.IsRepeated ? "--rpc-percent, --dynamic-percent and --activity-percent: more than 100 together"
                    : "--rpc-percent, --family-percent and --dynamic-percent: more than 100 together");
        if (!load.IsRepeated && load.ActivityShare > 0)
            throw new StartupException($"{_activity.Name}: only with {_repeat.Name}; of fresh flows {_rpc.Name} says as much");
        if (load.IsRepeated && (parsed.GetValue(_hosts) is not null || parsed.GetValue(_family) is not null))
            throw new StartupException($"{_hosts.Name}, {_family.Name}: not with {_repeat.Name}");
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
