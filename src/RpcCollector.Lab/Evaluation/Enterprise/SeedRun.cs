using System.Diagnostics;
using RpcCollector.Commands;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>Runs one seed of the simulated enterprise through the judge, and compares the findings with the truth.</summary>
internal static class SeedRun
{
    public static SeedResult Run(
        EnterpriseShape shape, ulong seed, IReadOnlyList<RecordedAttack> recorded, int campaigns, JudgementOptions options,
        bool tellsLeases = false)
    {
        var enterprise = new SimulatedEnterprise(shape, seed, recorded, campaigns, tellsLeases: tellsLeases);
        var changes = new AddressChanges(enterprise);
        var (findings, digest, causes) = (new IncidentFeed(), new EventDigest(EnterpriseShape.StartOf(shape.LearningDays)), new Causes());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var judge = new Judge(options, findings, new ExporterDirectory(), isCaptureTime: true);
        var roles = new RoleWatch(enterprise);
        var feed = new JudgeFeed(judge, digest, now =>
        {
            roles.Look(judge, now);
            findings.Pass();
        });
        var measuredFrom = EnterpriseShape.StartOf(shape.LearningDays);

        // 1. Run. Only the judge is timed, including the copying of events to it.
        var watch = new Stopwatch();
        while (enterprise.SimulateDay(Note))
        {
            watch.Start();
            enterprise.Deliver(feed);
            watch.Stop();
        }

        watch.Start();
        judge.Complete();
        watch.Stop();
        findings.Pass();
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before + judge.TableBytes;
        GC.KeepAlive(judge);

        // 2. Compare with the truth.
        var truth = new Truth(enterprise.Attacks.Placed, enterprise.IPv4Of);
        var judged = FindingRanking.Of(findings.Standing).Where(finding => findings.SinceOf(finding) >= measuredFrom)
            .Select(finding =>
        {
            var attacks = truth.Behind(finding, findings.SinceOf(finding)).ToList();
            return new JudgedFinding(finding, attacks, attacks.Count > 0 ? [] : Names(causes.Of(finding, findings.SinceOf(finding))))
            {
                IsOfChangedAddress = attacks.Count == 0 && changes.AreBehind(finding),
            };
        }).ToList();
        var byAttack = judged.SelectMany(one => one.Attacks.Select(attack => (attack, one.Finding)))
            .ToLookup(pair => pair.attack, pair => pair.Finding);
        var incidents = IncidentsOf(findings, judged, measuredFrom);
        var car = enterprise.Attacks.CarAttacks;
        var outcomes = enterprise.Attacks.Placed.Select(attack => new AttackOutcome(
            attack,
            byAttack[attack].Select(finding => (FindingSeverity?)finding.Severity).DefaultIfEmpty(null).Max(),
            car.Contains(attack),
            [.. byAttack[attack].Select(finding => finding.Kind).Distinct().Order()])).ToList();
        return new SeedResult(
            seed, digest.ToString(), digest.Activities, digest.Contacts, digest.CarActivities, shape.Days - shape.LearningDays, judged,
            outcomes,
            watch.Elapsed.TotalSeconds, bytes,
            [.. enterprise.Mix], roles.Times, incidents, CampaignsOf(incidents));

        void Note(SimulatedConnection connection)
        {
            changes.Note(connection);
            if (connection.Placed == 0 && connection.Start < measuredFrom) return;
            causes.Note(connection);
        }

        string[] Names(ulong habits) =>
            [.. enterprise.Mix.Select((entry, i) => (entry.Habit, Index: i)).Where(entry => (habits >> entry.Index & 1) != 0)
                .Select(entry => entry.Habit)];
    }

    /// <summary>Those of which something was found first, or became worse, on a measured day.</summary>
    private static List<JudgedIncident> IncidentsOf(IncidentFeed feed, IEnumerable<JudgedFinding> judged, long measuredFrom)
    {
        var byId = judged.ToDictionary(one => one.Finding.Id);
        var incidents = new List<JudgedIncident>();
        foreach (var incident in feed.Book.InOrder())
        {
            var measured = feed.FindingsOf(incident).Where(finding => feed.SinceOf(finding) >= measuredFrom)
                .Select(finding => byId[finding.Id]).ToList();
            if (measured.Count > 0) incidents.Add(new JudgedIncident(incident, measured));
        }

        return incidents;
    }

    /// <summary>In how many incidents each campaign is told that was found.</summary>
    private static List<CampaignOutcome> CampaignsOf(IReadOnlyList<JudgedIncident> incidents) =>
        [.. incidents.SelectMany(incident => incident.LookedAt.SelectMany(judged => judged.Attacks).Select(attack => (incident, attack)))
            .GroupBy(pair => pair.attack.Campaign).OrderBy(group => group.Key).Select(group => new CampaignOutcome(
                group.Key, group.Select(pair => pair.attack).Distinct().Count(), group.Select(pair => pair.incident).Distinct().Count()))];
}
