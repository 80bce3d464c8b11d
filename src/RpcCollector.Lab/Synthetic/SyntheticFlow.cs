namespace RpcCollector.Lab.Synthetic;

/// <summary>One TCP flow that a synthetic exporter has seen.</summary>
/// <param name="Client">The initiator's IPv4 address.</param>
/// <param name="Server">The target's IPv4 address.</param>
internal readonly record struct SyntheticFlow(uint Client, uint Server, ushort ClientPort, ushort ServerPort, long StartUnixMilliseconds)
{
    public const int Milliseconds = 200;
    public const ushort MapperPort = 135;
    public const ushort FirstDynamicPort = 49_152;

    public bool IsToMapper => ServerPort == MapperPort;

    public bool IsBetweenDynamicPorts => ServerPort >= FirstDynamicPort && ClientPort >= FirstDynamicPort;

    public long EndUnixMilliseconds => StartUnixMilliseconds + Milliseconds;
}
