using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>One connection of an attack, or a mapper connection with the endpoint connection that follows it.</summary>
internal readonly record struct AttackFlow
{
    public required Party From { get; init; }

    public required Party To { get; init; }

    /// <summary>Of a connection that is no RPC over TCP; 0 otherwise.</summary>
    public ushort Port { get; init; }

    /// <summary>Whose dynamic port it goes to. It says nothing of a mapper connection alone.</summary>
    public RpcService Service { get; init; }

    /// <summary>0 for a connection that is no RPC over TCP.</summary>
    public JoinBasis Basis { get; init; }

    /// <summary>Milliseconds from the attack's start to the first packet.</summary>
    public int At { get; init; }

    /// <summary>From the mapper connection's start to the endpoint connection's.</summary>
    public int EndpointDelay { get; init; }

    /// <summary>Milliseconds; of the mapper connection where there is one.</summary>
    public int MapperDuration { get; init; }

    /// <summary>Milliseconds; of the endpoint connection, or of the only one.</summary>
    public int Duration { get; init; }

    /// <summary>Octets from client to server, headers included.</summary>
    public uint Up { get; init; }

    /// <summary>Octets from server to client, headers included.</summary>
    public uint Down { get; init; }

    public FlowEnd Outcome { get; init; }

    public bool IsContact => Basis == default;

    public bool IsAnswered => Outcome is not (FlowEnd.Silent or FlowEnd.Refused);

    /// <summary>When its last connection ends.</summary>
    public int End => Basis switch
    {
        JoinBasis.MapperOnly => At + MapperDuration,
        JoinBasis.Car or JoinBasis.Extended => Math.Max(At + MapperDuration, At + EndpointDelay + Duration),
        _ => At + Duration,
    };

    public FlowTraffic Traffic
    {
        get
        {
            const byte Syn = 0x02, Data = 0x1A, Fin = 0x01, Rst = 0x04, RstAck = 0x14;
            var (client, server) = Outcome switch
            {
                FlowEnd.Orderly => ((byte)(Data | Fin), (byte)(Data | Fin)),
                FlowEnd.ResetByClient => ((byte)(Data | Rst), Data),
                FlowEnd.ResetByServer => (Data, (byte)(Data | Rst)),
                FlowEnd.Open => (Data, Data),
                FlowEnd.Refused => (Syn, RstAck),
                _ => (Syn, (byte)0),
            };
            return new FlowTraffic(
                Up, Down, client, server, Outcome == FlowEnd.Silent ? FlowHalf.FromClient : FlowHalf.Both, DirectionConfidence.Stated);
        }
    }
}
