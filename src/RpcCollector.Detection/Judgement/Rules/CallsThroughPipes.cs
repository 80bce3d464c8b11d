using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>Connections of SMB that carry calls rather than files.</summary>
/// <remarks>
/// Evidence: who opens a folder or reads gets more than he sends; who writes a file or prints sends very much more. A recorded smbexec
/// sent 15 KB and got 5 KB, calls of the service manager and the task scheduler through pipes alike; headers and requests are larger than
/// the answers. So a first contact of that shape is not what a handful of colleagues do with the folder of a host. Where so many use a host
/// that it may have a role, some of them do everything.
/// </remarks>
internal static class CallsThroughPipes
{
    private const uint Least = 5_000;
    private const uint Most = 100_000;

    // How many times what came back was sent, at least; from the ratio of uploads on it is one.
    private const double LeastRatio = 1.2;

    /// <summary>True where one of the hour has that shape, and the host is none that very many use.</summary>
    public static bool AreNews(ClientCase subject, in EdgeCase contact)
    {
        if (contact.Service != EdgeService.Smb || subject.IsUsedByMany(contact)) return false;
        var facts = subject.Facts;
        for (var i = facts[contact.Open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen) if (Is(facts.Fact(i))) return true;
        return false;
    }

    // What the server sent is known: an answer that was not seen, or sampled, is no small one.
    private static bool Is(in Fact fact) =>
        fact is { HasFlow: true, IsAnswered: true, ServerOctets: > 0, SamplingInterval: <= 1, ClientOctets: >= Least and <= Most }
        && fact.ServerPort is WellKnownPort.Smb or WellKnownPort.NetBiosSession
        && fact.ClientOctets >= LeastRatio * fact.ServerOctets && fact.ClientOctets < Uploads.Ratio * (long)fact.ServerOctets;
}
