using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>First contacts by SMB that carry calls rather than files (<see cref="BriefSessions"/>).</summary>
/// <remarks>
/// A first contact of that shape is not what a handful of colleagues do with the folder of a host. Where so many use a host that it may
/// have a role, some of them do everything.
/// </remarks>
internal static class CallsThroughPipes
{
    /// <summary>True where one of the hour has that shape, and the host is none that very many use.</summary>
    public static bool AreNews(ClientCase subject, in EdgeCase contact)
    {
        if (contact.Service != EdgeService.Smb || subject.IsUsedByMany(contact)) return false;
        var facts = subject.Facts;
        for (var i = facts[contact.Open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen) if (Is(facts.Fact(i))) return true;
        return false;
    }

    private static bool Is(in Fact fact) => fact is { HasFlow: true, IsAnswered: true }
        && BriefSessions.AreShapedLikeCalls(fact.ServerPort, fact.SamplingInterval, fact.ClientOctets, fact.ServerOctets);
}
