using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>A host known for days as a client begins to serve Kerberos or LDAP, or SMB to many.</summary>
/// <remarks>
/// Evidence: a new service of a host that is not new. A machine that is promoted to a domain controller looks like this, and so does one
/// that wants to pass for one: to be exempt from other rules, to relay credentials, to hand out policies. What it serves now earns it no
/// role for days, and is told in the first hour.
/// </remarks>
internal static class WorkstationServes
{
    private static readonly Claim Claim = new(FindingKind.WorkstationServes, ["T1557", "T1207"], []);

    public static bool Concerns(EdgeService service) => service is EdgeService.Kerberos or EdgeService.Ldap or EdgeService.Smb;

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        // 1. A host that is new may be a new server.
        if (!subject.IsNoServer) return;
        ref var state = ref subject.ClientState;
        ref var known = ref subject.Edges.Host(state.Base);
        if (known.FirstAsClient < 0 || known.FirstEpoch == Epoch.None
            || subject.Epoch - known.FirstEpoch < subject.Options.StableDays * Epoch.PerDay)
            return;

        // 2. New clients of this hour, and whether it had others.
        Span<int> clients = stackalloc int[EdgeServiceName.Count];
        Span<int> former = stackalloc int[EdgeServiceName.Count];
        for (var i = state.FirstAsServer; i >= 0; i = subject.Edges[i].NextOfServer)
        {
            ref var edge = ref subject.Edges[i];
            if (Concerns(edge.Service) && !IsFormer(subject, i) && OpenOf(subject, i) >= 0) clients[(int)edge.Service]++;
        }

        for (var i = known.FirstAsServer; i >= 0; i = subject.Edges[i].NextOfServer)
            if (Concerns(subject.Edges[i].Service) && IsFormer(subject, i)) former[(int)subject.Edges[i].Service]++;

        var many = subject.Options.SweepServers;
        var kerberos = former[(int)EdgeService.Kerberos] == 0 ? clients[(int)EdgeService.Kerberos] : 0;
        var ldap = former[(int)EdgeService.Ldap] == 0 ? clients[(int)EdgeService.Ldap] : 0;
        var smb = clients[(int)EdgeService.Smb] >= many && former[(int)EdgeService.Smb] < many ? clients[(int)EdgeService.Smb] : 0;
        if (kerberos + ldap + smb == 0) return;

        // 3. The flows of what is new.
        var evidence = new Evidence(subject.Client);
        for (var i = state.FirstAsServer; i >= 0; i = subject.Edges[i].NextOfServer)
        {
            ref var edge = ref subject.Edges[i];
            var isNew = edge.Service switch
            {
                EdgeService.Kerberos => kerberos > 0,
                EdgeService.Ldap => ldap > 0,
                EdgeService.Smb => smb > 0,
                _ => false,
            };
            if (isNew && !IsFormer(subject, i) && OpenOf(subject, i) is >= 0 and var open)
                evidence.AddServed(subject.Facts, open, subject.Edges.Host(edge.Client).Identity, subject.Client);
        }

        var isDirectory = kerberos + ldap > 0;
        found.Add(new FindingDraft
        {
            Claim = Claim,
            Client = subject.Client,
            Severity = isDirectory && !subject.IsLearning && subject.Role == HostRole.Workstation
                ? FindingSeverity.High
                : FindingSeverity.Medium,
            Confidence = evidence.Weaken(subject.IsLearning ? FindingConfidence.Low : FindingConfidence.Medium),
            Count = evidence.Count,
            First = evidence.First,
            Last = evidence.Last,
            Reason = $"{RoleName.InWords(subject.Role)} {subject.Client} began to serve {Names(kerberos, ldap, smb)}, " +
                $"{(subject.Epoch - known.FirstEpoch) / Epoch.PerDay} days after it was first seen",
            Flows = evidence.Flows,
            IsEarly = subject.IsLearning,
        });
    }

    /// <summary>True when the address of the client was answered by that of the server before.</summary>
    private static bool IsFormer(ClientCase subject, int edge)
    {
        var (client, server) = (subject.Edges.Host(subject.Edges[edge].Client), subject.Edges.Host(subject.Edges[edge].Server));
        var former = client.IsBase && server.IsBase ? edge : subject.Edges.Find(client.Base, server.Base, subject.Edges[edge].Service);
        return former >= 0 && subject.Edges[former].WitnessedSince is not Epoch.None and var since && since < subject.KnownBefore;
    }

    /// <summary>The edge's facts of the hour, when one of them was answered for sure; negative when there are none.</summary>
    private static int OpenOf(ClientCase subject, int edge)
    {
        var open = subject.Facts.FindOpen(edge, subject.Epoch);
        return open >= 0 && subject.Facts[open].IsAnswered ? open : -1;
    }

    private static string Names(int kerberos, int ldap, int smb)
    {
        var names = new List<string>(3);
        if (kerberos > 0) names.Add($"Kerberos to {Clients(kerberos)}");
        if (ldap > 0) names.Add($"LDAP to {Clients(ldap)}");
        if (smb > 0) names.Add($"SMB to {Clients(smb)}");
        return string.Join(", ", names);
    }

    private static string Clients(int number) => number == 1 ? "1 client" : $"{number} clients";
}
