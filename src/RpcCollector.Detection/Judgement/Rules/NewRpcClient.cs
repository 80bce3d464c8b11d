using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>A surprising new client of a server or domain controller.</summary>
/// <remarks>
/// <para>
/// Evidence: novelty alone. 37 of 42 pairs to domain controllers in public captures were benign, so this rule reports only after the
/// learning period, by bits of surprise, and with medium severity at most. Servers that many use surprise nobody.
/// </para>
/// <para>
/// A server that many use, though hardly anybody by RPC, is another matter: people open files of a file server all day, and only who
/// administers it drives it. None of its ports can be common, so no port is rare (<see cref="UnusualEndpoint"/>); the first flow to an
/// endpoint is what shows. The other way round it is the same: a server that many use, such as an application's, whose files hardly
/// anybody opens. Services and tasks can be made through pipes, by SMB alone.
/// </para>
/// </remarks>
internal static class NewRpcClient
{
    // A server that fewer use is not known well enough.
    private const int LeastUsers = 10;

    // Of how many of its clients one may drive a server that hardly anybody drives.
    private const int Share = 10;

    private static readonly Claim Claim = new(FindingKind.NewRpcClient, ["T1021"], ["CAR-2014-05-001"]);

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        if (subject.IsLearning || subject.DrivesMany) return;
        foreach (var contact in subject.Contacts)
        {
            if (contact.IsLearned || !Concerns(contact)) continue;
            var surprise = subject.SurpriseOf(contact);
            var hardly = HardlyDriven(subject, contact) ?? HardlyOpened(subject, contact);
            if (surprise.Bits < subject.Options.NoveltyBits && hardly is null) continue;
            hardly ??= DriveStrangers(subject, contact);

            // Clients of a domain controller change with every laptop that joins.
            var evidence = subject.EvidenceOf(contact);
            var isMedium = hardly is not null
                || (surprise.Bits >= subject.Options.HighNoveltyBits && contact.ServerRole != HostRole.DomainController
                    && !subject.ContactsManyLike(contact));
            var draft = new FindingDraft
            {
                Claim = Claim,
                Client = subject.Client,
                Server = contact.Server,
                Severity = isMedium ? FindingSeverity.Medium : FindingSeverity.Low,
                Confidence = evidence.Weaken(FindingConfidence.Medium),
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Reason = new FirstContactSentence(subject, contact, evidence) + hardly,
                Flows = evidence.Flows,
                Services = [new(contact.Service, evidence.Count)],
            };
            if (found.Count > 0 && found[^1].Id == draft.Id) found[^1] = found[^1].With(draft);
            else found.Add(draft);
        }
    }

    /// <summary>How few drive a server that many use, to end a sentence; null where that is no news.</summary>
    /// <remarks>
    /// It decides whether anything is said, not only how bad it is: so all of it rests on what was known before the hour could be seen.
    /// </remarks>
    private static string? HardlyDriven(ClientCase subject, in EdgeCase contact)
    {
        if (contact.Service != EdgeService.Rpc || subject.Facts[contact.Open].NumDriven == 0
            || subject.IsOld(contact.Edge, isDriven: true)
            || IsOrdinary(subject, contact)
            || subject.HasCommonPort(contact.Server.Address) || subject.GoesWhereOthersGo(contact)) return null;
        var users = subject.UsersOf(contact);
        return users.Use < LeastUsers || users.Drive > users.Use / Share
            ? null
            : $"; {users.Drive} of the {users.Use} that use it ever drove an endpoint of it";
    }

    /// <summary>The same of how few use SMB with a server that many use; of an upload that rule tells it.</summary>
    private static string? HardlyOpened(ClientCase subject, in EdgeCase contact)
    {
        if (contact.Service != EdgeService.Smb || !SentMore(subject, contact)
            || LargeUpload.Octets(subject.Facts, contact.Open) >= Uploads.Octets
            || subject.IsOld(contact.Edge, isDriven: false) || IsOrdinary(subject, contact)) return null;
        var users = subject.UsersOf(contact);
        return users.Use < LeastUsers || users.Smb > users.Use / Share
            ? null
            : $"; {users.Smb} of the {users.Use} that use it ever opened SMB to it";
    }

    /// <summary>
    /// Why a contact that surprises is more than new: the two never had to do with each other, and it is no reading of files on a server
    /// that some use.
    /// </summary>
    private static string? DriveStrangers(ClientCase subject, in EdgeCase contact)
    {
        ref var hour = ref subject.Facts[contact.Open];
        var isDone = contact.Service == EdgeService.Rpc
            ? hour.NumDriven > 0
            : hour.IsAnswered && (SentMore(subject, contact) || subject.UsersOf(contact).Use < LeastUsers)
                && LargeUpload.Octets(subject.Facts, contact.Open) < Uploads.Octets;
        return isDone && !IsExcused(subject, contact) && subject.AreStrangers(contact)
            ? "; the two never had to do with each other"
            : null;
    }

    /// <summary>True where some connection sent what it got or more, as calls through pipes do; who reads files gets more.</summary>
    private static bool SentMore(ClientCase subject, in EdgeCase contact)
    {
        for (var i = subject.Facts[contact.Open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref subject.Facts.Fact(i);

            // What the server sent is known: an answer that was not seen, or sampled, is no small one.
            if (fact is { IsAnswered: true, ServerOctets: > 0, SamplingInterval: <= 1 } && fact.ClientOctets >= fact.ServerOctets)
                return true;
        }

        return false;
    }

    /// <summary>Whose job it is to contact servers, and where it is too early to say what is rare.</summary>
    private static bool IsOrdinary(ClientCase subject, in EdgeCase contact) =>
        IsExcused(subject, contact) || subject.DrivesManyServers;

    // Of a stranger, that he uses RPC with many others is no excuse.
    private static bool IsExcused(ClientCase subject, in EdgeCase contact) =>
        contact.KnownAs is not null || contact.ServerRole == HostRole.DomainController || subject.Role == HostRole.DomainController
        || subject.IsLearningPorts || subject.Administers || subject.IsYoung(contact);

    /// <summary>True for contacts that the rules on peers leave out.</summary>
    private static bool Concerns(in EdgeCase contact) => contact.IsServer && contact.Service != EdgeService.WinRm;
}
