using System.Globalization;
using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>A mapper sent a client as much as its whole list of endpoints.</summary>
/// <remarks>
/// Evidence: who wants one endpoint gets some 200 octets; both recorded dumps (ept_lookup) got more than 20 KB of one mapper connection.
/// Two are few, and products of inventory and monitoring ask for the list too. So a workstation that does is worth a look, and a server
/// that is none of those; others are a hint. A long connection of many small questions sends about as much as it gets, and is none.
/// </remarks>
internal static class MapperDump
{
    private static readonly Claim Claim = new(FindingKind.EndpointMapperDump, ["T1046"], []);

    /// <param name="found">What else was found of the hour: what operations named is not told again.</param>
    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        foreach (var contact in subject.Contacts)
        {
            if (contact.Service != EdgeService.Rpc || subject.Facts[contact.Open].NumListed == 0) continue;
            if (IsThere(found, FindingDraft.IdOf(FindingKind.EndpointMapperDump, subject.Client, contact.Server))) continue;
            var evidence = new Evidence(subject.Client);
            var most = 0u;
            for (var i = subject.Facts[contact.Open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
            {
                ref var fact = ref subject.Facts.Fact(i);
                if ((fact.Marks & FactMarks.Listed) == FactMarks.None) continue;
                evidence.Add(fact, contact.Server);
                most = Math.Max(most, fact.ServerOctets);
            }

            var isMedium = subject.Role is HostRole.Workstation or HostRole.Server && !subject.IsLearning;
            found.Add(new FindingDraft
            {
                Claim = Claim,
                Client = subject.Client,
                Server = contact.Server,
                Severity = isMedium ? FindingSeverity.Medium : FindingSeverity.Low,
                Confidence = evidence.Weaken(isMedium ? FindingConfidence.Medium : FindingConfidence.Low),
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Reason = $"The mapper of {RoleName.InWords(contact.ServerRole)} {contact.Server} sent {RoleName.InWords(subject.Role)} " +
                    $"{subject.Client} {most.ToString("N0", CultureInfo.InvariantCulture)} octets in one connection, as much as its " +
                    $"whole list of endpoints; who wants one endpoint gets some 200; {evidence.InWords}{subject.SoftenedByJob}",
                Flows = evidence.Flows,
                IsEarly = subject.IsLearning,
            });
        }
    }

    private static bool IsThere(List<FindingDraft> found, long id) => found.Exists(draft => draft.Id == id);
}
