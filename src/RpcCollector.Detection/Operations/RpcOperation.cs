using RpcCollector.Flows;

namespace RpcCollector.Detection.Operations;

/// <summary>One RPC call by name, from a line of Zeek's dce_rpc.log or of Suricata's eve.json; one connection may have many.</summary>
public readonly record struct RpcOperation
{
    /// <summary>When it was called, in Unix milliseconds.</summary>
    public long AtUnixMilliseconds { get; init; }

    public HostAddress Client { get; init; }

    public HostAddress Server { get; init; }

    public ushort ClientPort { get; init; }

    /// <summary>445 or 139 when it went through a named pipe.</summary>
    public ushort ServerPort { get; init; }

    /// <summary>The sensor's name of the connection: Zeek's uid, Suricata's flow_id; empty when not told.</summary>
    public string Uid { get; init; }

    /// <summary>Zeek's name of the interface (its field "endpoint"), such as drsuapi.</summary>
    public string Interface { get; init; }

    /// <summary>
    /// Zeek's name of the operation, such as DRSGetNCChanges; <see cref="None"/> where only the interface's named pipe was seen to be
    /// opened.
    /// </summary>
    public string Operation { get; init; }

    /// <summary>True where a pipe was opened and nothing says what was called through it.</summary>
    public bool IsPipeOnly => Operation is { Length: 0 };

    /// <summary>No operation.</summary>
    public const string None = "";
}
