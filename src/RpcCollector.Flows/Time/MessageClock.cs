using RpcCollector.Flows.Messages;

namespace RpcCollector.Flows.Time;

/// <summary>
/// The clock for the times of one Message's records: its header, and the session's boot clock as it was right after that header.
/// </summary>
/// <remarks>
/// A snapshot for all records of the Message, so that another thread that reads another Message of the session cannot move the clock
/// between two records.
/// </remarks>
internal struct MessageClock
{
    private readonly long _exportByAnchor;
    private readonly uint _sysUpTimeMilliseconds;

    public MessageClock(in ExportMessage message, long exportByAnchorUnixMilliseconds, long correctionMilliseconds)
    {
        ExportUnixMilliseconds = message.ExportUnixMilliseconds;
        ExportResolutionMilliseconds = message.ExportResolutionMilliseconds;
        HasSysUpTime = message.HasSysUpTime;
        CorrectionMilliseconds = correctionMilliseconds;
        _exportByAnchor = exportByAnchorUnixMilliseconds;
        _sysUpTimeMilliseconds = message.SysUpTimeMilliseconds;
    }

    public readonly long ExportUnixMilliseconds { get; }

    /// <summary>How coarse the export time is, in milliseconds.</summary>
    public readonly int ExportResolutionMilliseconds { get; }

    /// <summary>True when the header states the exporter's uptime.</summary>
    public readonly bool HasSysUpTime { get; }

    /// <summary>To be added to flow times measured from the clock's anchor.</summary>
    public long CorrectionMilliseconds { get; set; }

    /// <summary>The moment of an uptime, in Unix milliseconds measured from the anchor; for headers that state an uptime.</summary>
    public readonly long At(uint upTime) => _exportByAnchor + (int)(upTime - _sysUpTimeMilliseconds);
}
