using FsCheck;
using FsCheck.Fluent;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Detection.Tests;

/// <summary>Flow starts between few hosts, on few ports, at few times, so that everything that can collide does.</summary>
internal static class DenseFlows
{
    private static readonly HostAddress[] Hosts =
        [HostAddress.Parse("10.0.0.1"), HostAddress.Parse("10.0.0.2"), HostAddress.Parse("2001:db8::3")];

    public static readonly Gen<FlowStart> One =
        from client in Gen.Choose(0, 1)
        from server in Gen.Frequency((3, Gen.Choose(1, 2)), (2, Gen.Choose(0, 1)))
        from clientPort in Gen.Frequency(
            (9, Gen.Elements<ushort>(49_151, 49_152, 49_153, 60_000, 1_025, 49_666)), (1, Gen.Elements<ushort>(445, 88, 1_023)))
        from serverPort in Gen.Elements<ushort>(135, 135, 135, 49_152, 49_152, 60_000, 49_151, 49_664, 1_024, 1_023, 3_389, 445, 88, 5_985)
        from start in Gen.Frequency((4, Gen.Choose(0, 40).Select(n => n * 250)), (2, Gen.Choose(0, 10_000)), (1, Gen.Choose(0, 120_000)))
        from duration in Gen.Frequency((3, Gen.Choose(0, 12).Select(n => n * 250)), (1, Gen.Constant(0)), (1, Gen.Choose(0, 20_000)))
        from exporter in Gen.Frequency((3, Gen.Choose(0, 1)), (1, Gen.Choose(0, 5)))
        from clock in Gen.Choose(0, 1)
        from resolution in Gen.Elements(1, 1, 1, 250, 1_000)
        from sampling in Gen.Elements(0u, 1u, 1u, 100u)
        from half in Gen.Frequency(
            (5, Gen.Elements(FlowHalf.Both, FlowHalf.FromClient, FlowHalf.FromServer)), (1, Gen.Constant(FlowHalf.None)))
        from direction in Gen.Elements(
            DirectionConfidence.Uncertain, DirectionConfidence.ServerPort, DirectionConfidence.ServerPort, DirectionConfidence.Stated,
            DirectionConfidence.Stated, DirectionConfidence.Refuted)
        from octets in Gen.Choose(0, 1_000)
        select new FlowStart
        {
            Client = Hosts[client],
            Server = Hosts[server],
            ClientPort = clientPort,
            ServerPort = serverPort,
            StartUnixMilliseconds = Lab.Epoch + start,
            EndUnixMilliseconds = Lab.Epoch + start + duration,
            ExporterId = exporter,
            ClockKey = (ulong)(2 * (5 - exporter) + clock),
            ClockCorrectionMilliseconds = 137 * (exporter + clock),
            ResolutionMilliseconds = resolution,
            SamplingInterval = sampling,
            Half = half,
            Direction = direction,
            ClientOctets = (ulong)octets,
            ServerOctets = (ulong)octets * 3,
            ClientTcpFlags = (ushort)(octets & 0x1F),
            ServerTcpFlags = (ushort)(octets >> 3 & 0x1F),
        };

    /// <summary>The same between fewer ports, and in between what devices state of the ends.</summary>
    public static readonly Gen<FlowStart> OneTranslated =
        from flow in One
        from other in One
        from ports in Ports
        from otherPorts in Ports
        from isTranslation in Gen.Elements(true, false)
        from start in Gen.Choose(0, 8).Select(n => n * 500)
        from isOneEnd in Gen.Elements(0, 1, 1, 1, 2)
        let connection = isOneEnd switch
        {
            0 => new FlowEnds(other.Client, otherPorts.Client, other.Server, otherPorts.Server),
            1 => new FlowEnds(other.Client, otherPorts.Client, flow.Server, ports.Server),
            _ => new FlowEnds(flow.Client, ports.Client, other.Server, ports.Server),
        }
        let seen = new FlowEnds(flow.Client, ports.Client, flow.Server, ports.Server)
        let told = flow with
        {
            ClientPort = ports.Client,
            ServerPort = ports.Server,
            StartUnixMilliseconds = Lab.Epoch + start,
            EndUnixMilliseconds = Lab.Epoch + start + 500,
        }
        select isTranslation && connection != seen && connection.Source != connection.Destination && flow.Client != flow.Server
            ? told with { IsTranslation = true, IsMirror = true, Half = FlowHalf.Both, Connection = connection }
            : told;

    private static Gen<(ushort Client, ushort Server)> Ports =>
        from client in Gen.Elements<ushort>(49_152, 60_000)
        from server in Gen.Elements<ushort>(135, 135, 49_152, 60_000, 445)
        select (client, server);

    /// <summary>Some of them; fewer statements than are held of one flow.</summary>
    public static Arbitrary<FlowStart[]> ManyTranslated(int most) => Arb.From(
        Gen.Choose(0, most).SelectMany(count => OneTranslated.ArrayOf(count))
            .Select(starts => starts.Where((s, i) => !s.IsTranslation || starts.Take(i).Count(t => t.IsTranslation) < 7).ToArray()),
        starts => Enumerable.Range(0, starts.Length).Select(i => starts.Where((_, j) => j != i).ToArray()));

    /// <summary>
    /// Flow starts with their mirrors right after them, as records are turned into them: every record of a connection is told both ways, so
    /// that one which is refuted alone is left out.
    /// </summary>
    public static FlowStart[] WithMirrors(IEnumerable<FlowStart> starts) =>
        [.. starts.Where(start => start.IsTranslation || start.Direction != DirectionConfidence.Refuted)
            .SelectMany(start => MirrorOf(start) is { } mirror ? new[] { start, mirror } : [start])];

    /// <summary>The other orientation of a flow start; null for those that have none.</summary>
    public static FlowStart? MirrorOf(FlowStart start)
    {
        if (start.IsTranslation || start.IsMapperFlow || start.Half == FlowHalf.None) return null;
        return start.Mirror;
    }

    /// <summary>The same, as a router hands them over: what is next to its mirror stands for it.</summary>
    public static FlowStart[] Joined(FlowStart[] starts)
    {
        var joined = starts.ToArray();
        return joined[..FlowStart.JoinMirrors(joined)];
    }

    /// <summary>A failing set shrinks by leaving out one flow start after the other.</summary>
    public static Arbitrary<FlowStart[]> Many(int most) => Arb.From(
        Gen.Choose(0, most).SelectMany(count => One.ArrayOf(count)),
        starts => Enumerable.Range(0, starts.Length).Select(i => starts.Where((_, j) => j != i).ToArray()));
}
