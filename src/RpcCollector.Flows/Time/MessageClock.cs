using RpcCollector.Flows.Messages;

namespace RpcCollector.Flows.Time;

/// <summary>What the times of one Message's records are measured by: its header, and the boot clock of its session as it was once that header had been taken.</summary>
/// <remarks>Taken once for all records, so that another thread, which takes another Message of the session, cannot move the clock between two of them.</remarks>
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
