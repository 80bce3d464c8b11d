using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>
/// Calls as only an exploit makes them that must be tried hundreds of times: told from flows, while nothing is known of hosts.
/// </summary>
/// <remarks>
/// <para>
/// Evidence: both recorded Zerologons. One asks the mapper anew for each try, and each goes to the same endpoint and is answered alike
/// (21 within 8 s). Windows keeps the binding and the connection of a program that calls again, and other programs that ask a mapper that
/// often, such as a mail server, look for several services with answers of all sizes. The other makes all its tries over one connection,
/// which is over after 1.1 s; programs that chat keep their connections, and reading or writing has one large end.
/// </para>
/// <para>
/// It counts between a client that nobody comes to and a server that it had not met before the hour: what is busy by nature was so
/// before. Over one connection only where the server is asked for tickets, or hardly used: an application's server has many clients
/// that chat. Servers replicate among each other: where the client has clients of its own, or the server comes back, it is medium. Two
/// recordings are few.
/// </para>
/// </remarks>
internal static class RepeatedTries
{
    // Answers to one call differ in size by less than this many times.
    private const int Alike = 2;

    // From the mapper flow to the end of the connection, in milliseconds.
    private const int Brief = 10_000;

    // So many clients that ask a host for tickets make it a domain controller for this rule.
    private const int TicketHolders = 3;

    /// <summary>
    /// True when more calls than the bound went to one endpoint, each with a mapper flow of its own, and were answered alike.
    /// </summary>
    public static bool AreOneCall(ClientCase subject, in EdgeCase contact)
    {
        if (!MayBe(subject, contact)) return false;
        var answers = new Dictionary<ushort, List<uint>>();
        for (var i = subject.Facts[contact.Open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref subject.Facts.Fact(i);
            if (fact is not { HasMapper: true, HasFlow: true, IsAnswered: true } || fact.SamplingInterval > 1) continue;
            if (!answers.TryGetValue(fact.ServerPort, out var ofPort)) answers.Add(fact.ServerPort, ofPort = []);
            ofPort.Add(fact.ServerOctets);
        }

        foreach (var ofPort in answers.Values)
            if (MostAlike(ofPort) > subject.Options.MapperBurst) return true;
        return false;
    }

    /// <summary>
    /// How bad it is that hundreds of calls were made over a connection that was opened for them and closed again; null where they were
    /// not, or that proves nothing.
    /// </summary>
    /// <remarks>
    /// Servers that replicate folders exchange as much, have clients of their own and go both ways. An intruder can forge either: so what
    /// looks like that is no page, and told all the same.
    /// </remarks>
    public static FindingSeverity? OverOneConnection(ClientCase subject, in EdgeCase contact)
    {
        if (!HaveNotMet(subject, contact)) return null;
        for (var i = subject.Facts[contact.Open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref subject.Facts.Fact(i);
            if (fact is not { HasMapper: true, IsUnanswered: false } || !Uploads.AreHundreds(fact)
                || fact.Start + fact.FlowEnd - fact.MapperAt > Brief) continue;
            if (!subject.IsHardlyUsed(contact.ServerIndex) && subject.NumTicketHolders(contact.ServerIndex) < TicketHolders) return null;
            return subject.IsHardlyUsed(subject.ClientIndex) && !GoesBack(subject, contact) ? FindingSeverity.High : FindingSeverity.Medium;
        }

        return null;
    }

    private static bool MayBe(ClientCase subject, in EdgeCase contact) =>
        HaveNotMet(subject, contact) && !subject.IsCrowded(subject.ClientIndex);

    // Later the roles say it, and what was learned of the two.
    private static bool HaveNotMet(ClientCase subject, in EdgeCase contact) =>
        subject.IsLearning && contact.IsNew && contact.ServerRole is HostRole.Unknown or HostRole.DomainController && subject.IsNoServer;

    private static bool GoesBack(ClientCase subject, in EdgeCase contact) =>
        subject.Edges.Find(contact.ServerIndex, subject.ClientIndex, EdgeService.Rpc) is >= 0 and var back
        && (subject.Facts.FindOpen(back, subject.Epoch) >= 0 || subject.Facts.FindOpen(back, subject.Epoch - 1) >= 0);

    /// <summary>How many, at most, lie within the factor of each other: it only grows with what comes later.</summary>
    private static int MostAlike(List<uint> octets)
    {
        octets.Sort();
        var most = 0;
        for (int first = 0, last = 0; last < octets.Count; last++)
        {
            while (octets[last] > Alike * (ulong)octets[first]) first++;
            most = Math.Max(most, last - first + 1);
        }

        return most;
    }
}
