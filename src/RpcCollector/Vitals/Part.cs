namespace RpcCollector.Vitals;

/// <summary>What works as long as the process runs: a closed list. The metric label is the name in snake_case.</summary>
internal enum Part
{
    /// <summary>A thread that receives and decodes datagrams.</summary>
    UdpReceiver,

    /// <summary>The thread that sends datagrams on to other collectors.</summary>
    Forwarder,

    /// <summary>What accepts connections on one TCP or TLS endpoint.</summary>
    TcpListener,

    /// <summary>The thread that decodes what comes over TCP.</summary>
    TcpDecoder,

    /// <summary>The thread that follows the logs of Zeek and Suricata.</summary>
    ZeekFollower,

    /// <summary>A thread that joins.</summary>
    Shard,

    /// <summary>What appends to the broker's log, or reads it.</summary>
    FlowLog,

    /// <summary>The thread that judges.</summary>
    Judge,

    /// <summary>The thread that writes what the judge takes and learns.</summary>
    JudgeMemory,

    /// <summary>What writes activities into the store.</summary>
    ActivityWriter,

    /// <summary>What writes findings into the store.</summary>
    FindingWriter,

    /// <summary>What saves what is known of the exporters.</summary>
    ExporterKeeper,

    /// <summary>What looks at the exporters for silence and restarts.</summary>
    ExporterWatch,

    /// <summary>What saves what hosts are called, and reads the names file.</summary>
    NameKeeper,

    /// <summary>What asks DNS servers for names.</summary>
    ReverseNames,

    /// <summary>What looks at the machine's clock.</summary>
    ClockWatch,

    /// <summary>What looks at the folder of the store.</summary>
    FolderWatch,

    /// <summary>What looks whether the settings that may change have changed.</summary>
    SettingsWatch,

    /// <summary>What looks whether users, tokens and the certificate have changed, and ends logins that are over.</summary>
    AccessWatch,
    /// <summary>What tells another program of incidents and findings.</summary>
    Sink,
}
