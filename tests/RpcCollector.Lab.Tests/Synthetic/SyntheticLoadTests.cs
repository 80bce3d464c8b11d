using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Lab.Synthetic;
using RpcCollector.Transport;

namespace RpcCollector.Lab.Tests.Synthetic;

public class SyntheticLoadTests
{
    private const long Now = 1_767_225_600_000;

    private static readonly IPEndPoint Nowhere = new(IPAddress.Loopback, 1);

    public static TheoryData<string, bool, int> Kinds => new()
    {
        { "NetFlowV5", false, 1 },
        { "NetFlowV9", false, 1 },
        { "NetFlowV9", false, 40 },
        { "Ipfix", false, 1 },
        { "Ipfix", true, 40 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Collector_reads_from_synthetic_datagrams_the_flows_that_were_made_up(string name, bool hasVariableLength, int numTemplates)
    {
        var version = Enum.Parse<ExportVersion>(name);
        var (flows, counters, sink) = (new SyntheticFlow[20], new HopCounters(), new FlowStarts());
        var decoder = new DatagramDecoder(new FlowOptions(), new ExporterCatalog(new ExporterDirectory()), counters, sink);
        var message =
            new SyntheticMessage(
                version, [.. Enumerable.Range(0, numTemplates).Select(number => new SyntheticTemplate(number, version, hasVariableLength))],
                Now - 60_000);
        var traffic = new RepeatedTraffic(new SyntheticLoad { Target = Nowhere, MapperShare = 0.2, DynamicShare = 0.8 });
        var (datagram, sequence, expected) = (new byte[4_000], 0u, new List<SyntheticFlow>());

        for (var next = 0; version != ExportVersion.NetFlowV5 && next < numTemplates;)
        {
            (var octets, next) = message.WriteTemplates(datagram, next, Now);
            Decode(octets, records: 0);
        }

        for (var template = 0; template < numTemplates; template++)
        {
            traffic.Make(flows, Now);
            Decode(message.WriteData(datagram, template, flows, Now), flows.Length);
            expected.AddRange(flows);
        }

        Assert.Equal(
            (expected.Count, 0L, 0L), ((int)counters.Used(Hop.DataRecord), counters.Rejected(Hop.Datagram), counters.Rejected(Hop.Set)));
        Assert.Equal(
            expected.Select(
                flow => (HostAddress.FromIPv4(flow.Client), HostAddress.FromIPv4(flow.Server), flow.ClientPort, flow.ServerPort,
                    flow.StartUnixMilliseconds)),
            sink.Offered.Select(
                start => (start.Client, start.Server, start.ClientPort, start.ServerPort,
                    start.StartUnixMilliseconds + start.ClockCorrectionMilliseconds)));

        void Decode(int octets, int records)
        {
            message.PutSequence(datagram, sequence);
            sequence += message.Step(records);
            decoder.Decode(datagram.AsSpan(0, octets), new TransportSession(HostAddress.FromIPv4(1), 1, HostAddress.FromIPv4(2), 2), Now);
        }
    }

    [Fact]
    public void Records_have_the_shares_that_were_asked_for()
    {
        var traffic =
            new RepeatedTraffic(new SyntheticLoad { Target = Nowhere, MapperShare = 0.01, DynamicShare = 0.05, ActivityShare = 0.2 });
        var flows = new SyntheticFlow[100_000];
        traffic.Make(flows, Now);
        Assert.InRange(traffic.Activities, 9_500, 10_500);
        Assert.InRange(flows.Count(flow => flow.IsToMapper), 10_500, 11_500);
        Assert.InRange(flows.Count(flow => flow.IsBetweenDynamicPorts), 14_000, 16_000);
    }

    [Fact]
    public void Synthetic_exporters_have_addresses_and_sequences_of_their_own()
    {
        Assert.SkipUnless(LinuxSocket.IsSupported, "Only Linux sends from any loopback address.");
        using var collector = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveBufferSize = 1 << 20,
            ReceiveTimeout = 10_000,
        };
        collector.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var sender = new SyntheticSender(
            new SyntheticLoad
            {
                Target = (IPEndPoint)collector.LocalEndPoint!,
                Rate = 1_000,
                Seconds = 0.03,
                Records = 2,
                Exporters = 3,
            }, CancellationToken.None);

        var result = sender.Run();

        Assert.Equal((3, 0), (result.TemplateDatagrams, result.Refused));
        Assert.Equal(2 * result.Datagrams, result.Records);
        var (buffer, nextOf) = (new byte[2_000], new Dictionary<IPAddress, uint>());
        for (var i = 0; i < result.Datagrams + result.TemplateDatagrams; i++)
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            collector.ReceiveFrom(buffer, ref from);
            var (address, sequence) = (((IPEndPoint)from).Address, BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(8)));

            // RFC 7011, 3.1: Data Records before this Message; the first one holds Templates.
            Assert.Equal(nextOf.GetValueOrDefault(address), sequence);
            nextOf[address] = nextOf.ContainsKey(address) ? sequence + 2 : 0;
        }

        Assert.Equal(["127.64.0.1", "127.64.0.2", "127.64.0.3"], nextOf.Keys.Select(address => address.ToString()).Order());
    }

    private sealed class FlowStarts : IFlowStartSink
    {
        public List<FlowStart> Offered { get; } = [];

        public void Offer(in FlowStart start)
        {
            if (!start.IsMirror) Offered.Add(start);
        }
    }
}
