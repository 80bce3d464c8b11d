namespace RpcCollector.Scale;

/// <summary>Where something is appended, and so by whom; or what is read.</summary>
/// <remarks>
/// Each sensor has subjects of its own, and so has the judge: the broker's permissions say who appends where (docs/scale-wire.md), and
/// whoever reads holds what a message says of its sender against it.
/// </remarks>
/// <param name="Partition">Of flow starts, and of what follows from them.</param>
/// <param name="Writer">Who may append here.</param>
/// <param name="Sensor">The sensor's name where that is one; else empty.</param>
internal readonly record struct LogSubject(LogStream Stream, int? Partition, LogWriter Writer, string Sensor = "")
{
    /// <summary>All that the judge is to take, in one order.</summary>
    public static readonly LogSubject AllActs = new(LogStream.Act, null, LogWriter.None);

    /// <summary>What people said to a judge: judges alone may append it, and read it.</summary>
    public static readonly LogSubject Said = new(LogStream.Act, null, LogWriter.Judge);

    public bool IsSaid => this == Said;

    /// <summary>The log of one partition: what all sensors and the judge append to it.</summary>
    public static LogSubject Flow(int partition) => new(LogStream.Flow, partition, LogWriter.None);

    /// <summary>A sensor's flow starts of one partition.</summary>
    public static LogSubject Flow(int partition, string sensor) => new(LogStream.Flow, partition, LogWriter.Sensor, sensor);

    /// <summary>What the judge says to one partition of known endpoints.</summary>
    public static LogSubject KnownEndpoints(int partition) => new(LogStream.Flow, partition, LogWriter.Judge);

    /// <summary>What follows from the flow starts of one partition. It is appended for each, and read of all.</summary>
    public static LogSubject Act(int partition) => new(LogStream.Act, partition, LogWriter.Correlator);

    /// <summary>What a sensor reports, and its logs told: it follows from no partition.</summary>
    public static LogSubject Told(string sensor) => new(LogStream.Act, null, LogWriter.Sensor, sensor);
}

/// <summary>A stream of the broker.</summary>
internal enum LogStream
{
    /// <summary>Batches of flow starts (kaitai/rpc_flow_batch.ksy), a log for each partition.</summary>
    Flow,

    /// <summary>Messages for the judge (kaitai/rpc_act_message.ksy), one log.</summary>
    Act,
}

/// <summary>Who may append under a subject.</summary>
internal enum LogWriter
{
    /// <summary>Nobody: a log as a whole, or a message under a subject that is nobody's, or that is not of whom it says.</summary>
    None,

    /// <summary>The sensor of that name.</summary>
    Sensor,

    /// <summary>Any correlator, and a judge that joins.</summary>
    Correlator,

    /// <summary>Any judge.</summary>
    Judge,
}
