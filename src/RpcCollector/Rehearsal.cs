using System.Net;
using RpcCollector.Commands.Synthetic;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Transport;

namespace RpcCollector;

/// <summary>Decodes and joins made-up exports in a corner of its own, so that the runtime has compiled what is hot for good before there is load, not during it.</summary>
/// <remarks>
/// The code that was compiled ahead is a fifth slower than what the runtime makes of it once it has been called often. Nothing of this is seen anywhere: decoder, shard and counters are its
/// own, and its memory is let go of at the end. Receiving is not rehearsed: most of it is the kernel's.
/// </remarks>
internal sealed class Rehearsal : IDisposable
{
    // The runtime counts calls only once nothing new was called for a while (TieredCompilation.CallCountingDelayMs), and compiles what was called often (CallCountThreshold) on a thread of its own.
    // When that is, depends on what else goes on. So there are several rounds, of enough calls each; all together take about a tenth of a second of one core.
    private const int Rounds = 8;
    private const int DatagramsARound = 4_200;
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMilliseconds(80);

    private const int Records = 4;
    private const int NumPrepared = 64;

    private readonly long _began;
    private readonly DatagramDecoder _decoder;
    private readonly ShardThread _unstarted;
    private readonly ShardRouter _router;
    private readonly SyntheticMessage _message;
    private readonly SyntheticTraffic _traffic =
        new(new SyntheticLoad { Target = new IPEndPoint(IPAddress.None, 0), MapperShare = 0.25, DynamicShare = 0.25, ActivityShare = 0.25 });
    private readonly SyntheticFlow[] _flows = new SyntheticFlow[Records];
    private readonly byte[][] _datagrams;
    private readonly int[] _octets = new int[NumPrepared];
    private readonly TransportSession _session = new(HostAddress.FromIPv4(0x0AC8_0001), 2_055, HostAddress.FromIPv4(0x7F00_0001), 2_055);
    private uint _sequence;
    private long _next;

    public Rehearsal(ArrivalClock clock)
    {
        _began = clock.UnixMilliseconds;
        var shard = new ClientShard(new JoinOptions { MaxMapperFlows = 1_000, MaxEndpointFlows = 1_000, MaxContacts = 1_000 }, Found, Counters);
        FlowStartRing[] rings = [new FlowStartRing(64)];
        _unstarted = new ShardThread(number: 0, shard, rings, clock);
        _router = new ShardRouter(rings, [_unstarted]);
        _decoder = new DatagramDecoder(new FlowOptions(), new ExporterCatalog(new ExporterDirectory()), Counters, _router);
        _message = new SyntheticMessage(ExportVersion.Ipfix, [new SyntheticTemplate(0, ExportVersion.Ipfix, hasVariableLength: false)], _began - 3_600_000);
        _datagrams = new byte[NumPrepared][];
        for (var i = 0; i < NumPrepared; i++) _datagrams[i] = new byte[SyntheticMessage.MaxOctets];
        for (var i = 0; i < NumPrepared; i++) MakeUp(i);

        var buffer = new byte[SyntheticMessage.MaxOctets];
        var (octets, _) = _message.WriteTemplates(buffer, first: 0, _began);
        _decoder.Decode(buffer.AsSpan(0, octets), _session, _began);
    }

    public HopCounters Counters { get; } = new();

    public FoundActivity Found { get; } = new();

    /// <summary>Begins it on a thread of its own, which ends with the process if not before.</summary>
    public static void Begin(ArrivalClock clock) => new Thread(() => WaitAndRun(clock)) { Name = "rehearsal", IsBackground = true }.Start();

    /// <summary>Takes less than a second, most of it waiting.</summary>
    public void Run()
    {
        Play(NumPrepared);
        for (var round = 0; round < Rounds; round++)
        {
            Thread.Sleep(BetweenRounds);
            Play(DatagramsARound);
        }
    }

    public void Dispose() => _unstarted.Dispose();

    // Whoever asks whether the program is ready goes first.
    private static void WaitAndRun(ArrivalClock clock)
    {
        Thread.Sleep(BetweenRounds);
        using var rehearsal = new Rehearsal(clock);
        rehearsal.Run();
    }

    // A datagram a millisecond, by its own clock.
    private long Now => _began + _next;

    private void Play(int datagrams)
    {
        for (var end = _next + datagrams; _next < end; _next++)
        {
            // Every other datagram tells of new flows, the rest of flows that are known.
            var number = (int)(_next % NumPrepared);
            if (number % 2 == 0) MakeUp(number);
            var datagram = _datagrams[number].AsSpan(0, _octets[number]);
            _message.PutSequence(datagram, _sequence);
            _sequence += _message.Step(Records);
            _decoder.Decode(datagram, _session, Now);
            _router.Flush();
        }
    }

    private void MakeUp(int number)
    {
        _traffic.Make(_flows, Now);
        _octets[number] = _message.WriteData(_datagrams[number], template: 0, _flows, Now);
    }

    /// <summary>Counts what the rehearsal's shard finds, and lets go of it.</summary>
    internal sealed class FoundActivity : IActivitySink
    {
        public long Count { get; private set; }

        public void Publish(in ActivityChange change) => Count++;
    }
}
