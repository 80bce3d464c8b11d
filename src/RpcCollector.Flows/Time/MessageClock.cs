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
    // No flow was held for so long after it began; what is older is looked at more closely, in milliseconds.
    private const ulong LongestPlain = 30L * 86_400_000;

    // Headers, and times in whole seconds, are rounded by less.
    private const long Second = 1000;

    private readonly long _exportByAnchor;
    private readonly long _latestPlain;

    /// <param name="message">Its header, with the arrival in place of an export time that is wrong.</param>
    /// <param name="headerCorrectionMilliseconds">What the export time in the header is wrong by; 0 when it is right.</param>
    public MessageClock(
        in ExportMessage message, long exportByAnchorUnixMilliseconds, long correctionMilliseconds, long arrivalUnixMilliseconds,
        long headerCorrectionMilliseconds = 0)
    {
        ArrivalUnixMilliseconds = arrivalUnixMilliseconds;
        LatestUnixMilliseconds = Math.Max(arrivalUnixMilliseconds, message.ExportUnixMilliseconds) + Second;
        HeaderCorrectionMilliseconds = headerCorrectionMilliseconds;
        _latestPlain = headerCorrectionMilliseconds == 0 ? LatestUnixMilliseconds : long.MinValue;
        ExportUnixMilliseconds = message.ExportUnixMilliseconds;
        ExportResolutionMilliseconds = message.ExportResolutionMilliseconds;
        HasSysUpTime = message.HasSysUpTime;
        CorrectionMilliseconds = correctionMilliseconds;
        _exportByAnchor = exportByAnchorUnixMilliseconds;
        SysUpTimeMilliseconds = message.SysUpTimeMilliseconds;
    }

    /// <summary>When the Message left; when it arrived, if its header cannot be believed.</summary>
    public readonly long ExportUnixMilliseconds { get; }

    /// <summary>When the Message arrived.</summary>
    public readonly long ArrivalUnixMilliseconds { get; }

    /// <summary>The latest that an absolute time of its records can be: of export and arrival the later one.</summary>
    /// <remarks>Absolute times do not depend on the header (RFC 7011, 6.1.8), and arrival clock and exporter differ by little.</remarks>
    public readonly long LatestUnixMilliseconds { get; }

    /// <summary>What the time of day in the header is wrong by; 0 when it can be believed.</summary>
    public readonly long HeaderCorrectionMilliseconds { get; }

    /// <summary>What is to be added to absolute times, once a record has told whether they are of the header's wrong clock.</summary>
    public long AbsoluteCorrectionMilliseconds { get; set; }

    /// <summary>True once <see cref="AbsoluteCorrectionMilliseconds"/> is known.</summary>
    public bool IsAbsoluteJudged { get; set; }

    /// <summary>How coarse the export time is, in milliseconds.</summary>
    public readonly int ExportResolutionMilliseconds { get; }

    /// <summary>True when the header states the exporter's uptime.</summary>
    public readonly bool HasSysUpTime { get; }

    /// <summary>The uptime at export, where the header states it.</summary>
    public readonly uint SysUpTimeMilliseconds { get; }

    /// <summary>To be added to flow times measured from the clock's anchor.</summary>
    public long CorrectionMilliseconds { get; set; }

    /// <summary>True for an absolute time that is what it says, as nearly all are: not long before the arrival, and not after it.</summary>
    public readonly bool IsPlain(long unixMilliseconds) => (ulong)(_latestPlain - unixMilliseconds) < LongestPlain;

    /// <summary>True when it is so with a header that is wrong, too, or after correction by as much.</summary>
    public readonly bool IsNear(long unixMilliseconds) =>
        (ulong)(LatestUnixMilliseconds - unixMilliseconds) < LongestPlain
        || (HeaderCorrectionMilliseconds != 0
            && (ulong)(LatestUnixMilliseconds + HeaderClock.ToleratedMilliseconds - HeaderCorrectionMilliseconds - unixMilliseconds)
                < LongestPlain);

    /// <summary>The moment of an uptime, in Unix milliseconds measured from the anchor; for headers that state an uptime.</summary>
    public readonly long At(uint upTime) => _exportByAnchor + (int)(upTime - SysUpTimeMilliseconds);
}
