using RpcCollector.Flows;
using static RpcCollector.Flows.TcpFlags;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>Sessions of SMB that carry calls rather than files; and those a program of its own made, which are over soon.</summary>
/// <remarks>
/// <para>
/// Shape: who opens a folder or reads gets more than he sends; who writes a file or prints sends very much more. A recorded smbexec sent
/// 15 KB and got 5 KB, calls of the service manager and the task scheduler through pipes alike; headers and requests are larger than the
/// answers.
/// </para>
/// <para>
/// Time: Windows opens SMB for all programs of a user and keeps it for ten seconds or more after its last use: 13 of 13 such sessions in
/// the recordings lasted 10.7 s or more, whatever was called. Programs that speak SMB by themselves, as tools made elsewhere do, close it
/// when they are done: 12 of 12 recorded ones lasted 1.7 s at most. These are few, and printers, copiers and servers of other makers are
/// such programs, too: so what is usual of a server is learned.
/// </para>
/// </remarks>
internal static class BriefSessions
{
    private const uint Least = 5_000;
    private const uint Most = 100_000;

    // How many times what came back was sent, at least; from the ratio of uploads on it is one.
    private const double LeastRatio = 1.2;

    // In milliseconds.
    private const long Within = 10_000;

    /// <summary>True for a session that is shaped like calls, and was seen to begin and to end within the time.</summary>
    public static bool AreCalls(in AdministrationContact contact)
    {
        var (flow, traffic) = (contact.Flow, contact.Traffic);
        return traffic.Half == FlowHalf.Both && traffic.Direction != DirectionConfidence.Uncertain
            && (traffic.ClientTcpFlags & Syn) != 0 && ((traffic.ClientTcpFlags | traffic.ServerTcpFlags) & (Fin | Rst)) != 0
            && flow.EndUnixMilliseconds - flow.StartUnixMilliseconds < Within
            && AreShapedLikeCalls(flow.ServerPort, contact.SamplingInterval, traffic.ClientOctets, traffic.ServerOctets);
    }

    /// <summary>True for octets as calls have them. An answer that was not seen, or is sampled, is no small one.</summary>
    public static bool AreShapedLikeCalls(ushort serverPort, uint samplingInterval, uint sent, uint got) =>
        serverPort is WellKnownPort.Smb or WellKnownPort.NetBiosSession && samplingInterval <= 1
        && sent is >= Least and <= Most && got > 0 && sent >= LeastRatio * got && sent < Uploads.Ratio * (long)got;
}
