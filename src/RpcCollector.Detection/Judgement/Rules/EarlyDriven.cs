using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>Which of the hosts that are new to a client it drove, while the network is being learned and everything is new.</summary>
/// <remarks>
/// Evidence: a flow to an endpoint, or WinRM, that was answered by a host which hardly anybody else uses. Who polls hosts shows that in
/// the first hours, and contacts nobody new after them; who hands out packages or serves otherwise has a crowd of clients; who manages and
/// was told is left out. SMB alone is how people open a colleague's folder.
/// </remarks>
internal static class EarlyDriven
{
    /// <returns>
    /// Those of the contacts, in their order; none after the learning period, and where the client may well be a manager.
    /// </returns>
    public static List<(long At, int Server, int Fact)> Of(ClientCase subject, List<(long At, int Server, int Fact)> contacts)
    {
        if (!subject.IsLearning || !subject.IsNoServer || subject.IsCrowded(subject.ClientIndex)) return [];
        var isTold = subject.ClientState.Told == HostRole.Workstation;
        if (!isTold && subject.LearnedEpochs < RoleLearning.HoursUntilItActs(subject.Options)) return [];
        return contacts.FindAll(contact => IsDriven(subject, contact.Server) && subject.IsHardlyUsed(contact.Server));
    }

    private static bool IsDriven(ClientCase subject, int server)
    {
        foreach (var service in (ReadOnlySpan<EdgeService>)[EdgeService.Rpc, EdgeService.WinRm])
        {
            var edge = subject.Edges.Find(subject.ClientIndex, server, service);
            if (edge < 0) continue;
            foreach (var epoch in (ReadOnlySpan<int>)[subject.Epoch - 1, subject.Epoch])
                if (subject.Facts.FindOpen(edge, epoch) is >= 0 and var open && subject.Facts[open].NumDriven > 0) return true;
        }

        return false;
    }
}
