using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.FirstDay;

/// <summary>Starts a sensor that knows nothing in a simulated enterprise, and looks at what it shows within a day.</summary>
internal static class FirstDayRun
{
    private const long Hour = 3_600_000;

    /// <param name="campaigns">Attacks within the two days that are simulated.</param>
    /// <param name="isTold">Whether the settings name the servers, as the README advises.</param>
    public static FirstDayResult Run(
        int hosts, ulong seed, int fromHour, IReadOnlyList<RecordedAttack> recorded, int campaigns, bool isTold, JudgementOptions options)
    {
        // 1. A network that has lived before the sensor sees it.
        var shape = new EnterpriseShape(hosts, Days: 2, LearningDays: 0);
        var enterprise = new SimulatedEnterprise(shape, seed, recorded, campaigns);
        if (isTold) options.Roles = [.. options.Roles, .. ToldRoles.Of(enterprise)];
        var (shown, causes) = (new ShownFindings(), new Causes());
        var judge = new Judge(options, shown, new ExporterDirectory(), isCaptureTime: true);
        var from = EnterpriseShape.StartOf(0) + (fromHour * Hour);
        var until = from + EnterpriseShape.DayMilliseconds;
        var feed = new FirstDayFeed(judge, from, until);

        // 2. A day of the sensor's.
        while (enterprise.SimulateDay(connection => causes.Note(connection))) enterprise.Deliver(feed);
        judge.Complete();

        // 3. Compare with the truth.
        var truth = new Truth(enterprise.Attacks.Placed, enterprise.IPv4Of);
        var judged = shown.InOrder().Select(one => (one.Latest, one.Worst, one.Stands, Attacks: truth.Behind(one.Latest).ToList()))
            .ToList();
        var standing = judged.Where(one => one.Stands).ToList();
        var wrong = judged.Where(one => one.Attacks.Count == 0 && one.Worst.IsAtLeast(FindingSeverity.High))
            .GroupBy(one => one.Latest.Client).Select(group => PageOf(group.Select(one => (one.Latest, one.Stands))));
        var car = enterprise.Attacks.CarAttacks;
        var attacks = enterprise.Attacks.Placed
            .Where(attack => attack.StartUnixMilliseconds >= from && attack.EndUnixMilliseconds < until - Hour)
            .Select(attack =>
            {
                var about = standing.Where(one => one.Attacks.Contains(attack)).ToList();
                return new AttackOutcome(
                    attack, about.Select(one => (FindingSeverity?)one.Latest.Severity).DefaultIfEmpty(null).Max(), car.Contains(attack),
                    [.. about.Select(one => one.Latest.Kind).Distinct().Order()]);
            });
        return new FirstDayResult(
            seed, fromHour, standing.Count, standing.Count(one => one.Latest.Severity.IsAtLeast(FindingSeverity.Medium)), [.. wrong],
            [.. IncidentsOf(standing.Select(one => (one.Latest, one.Attacks.Count > 0)))], [.. attacks]);

        static IEnumerable<Incident> IncidentsOf(IEnumerable<(Finding Finding, bool IsRight)> findings)
        {
            var (book, all) = (new IncidentBook(), findings.ToList());
            book.Take(all.Select(one => new FindingChange(ActivityChangeKind.Added, one.Finding)));
            var right = all.Where(one => one.IsRight).Select(one => one.Finding.Id).ToHashSet();
            return book.InOrder().Where(incident => incident.Severity.IsAtLeast(FindingSeverity.Medium)
                && !book.FindingsOf(incident.Id).Any(right.Contains));
        }

        FirstDayPage PageOf(IEnumerable<(Finding Finding, bool Stands)> findings)
        {
            var all = findings.ToList();
            var (worst, _) = all.MaxBy(one => one.Finding.Severity);
            var stands = all.Exists(one => one.Stands && one.Finding.Severity.IsAtLeast(FindingSeverity.High));
            var names = Names(causes.Of(worst, worst.FirstSeenUnixMilliseconds));
            return new FirstDayPage(worst.Client.ToString(), worst.Kind, stands, worst.Reason, names);
        }

        string[] Names(ulong habits) =>
            [.. enterprise.Mix.Select((entry, i) => (entry.Habit, Index: i)).Where(entry => (habits >> entry.Index & 1) != 0)
                .Select(entry => entry.Habit)];
    }
}
