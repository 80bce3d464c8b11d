using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation;
using RpcCollector.Lab.Evaluation.Adversary;
using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Adversary.Tricks;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Options;
using RpcCollector.Tests.Captures;

namespace RpcCollector.Lab.Tests.Evaluation;

public class EvaluateAdversaryTests
{
    private const int Moves = 10;

    private static readonly EnterpriseShape Shape = new(Hosts: 150, Days: 9, LearningDays: 5);

    [Fact]
    public void Every_trick_has_a_name_of_its_own_and_the_first_is_none()
    {
        var names = TrickCatalogue.All.Select(trick => trick.Name).ToList();

        Assert.Equal(names.Distinct(StringComparer.Ordinal), names);
        Assert.Equal("none", names[0]);
        Assert.All(
            ["syn-from-88", "clients-20-3d-known", "port-445", "one-host-an-hour", "forged-template", "controller-winrm"],
            name => Assert.Contains(name, names));
    }

    [Fact]
    public void Moves_are_found_where_no_trick_is_played()
    {
        var result = Seed(3, new NoTrick()).Run(new NoTrick());

        var moves = result.Attacks.Where(attack => attack.Sort == MoveSort.BetweenWorkstations).ToList();
        Assert.Equal(Moves * 4 / 5, moves.Count);
        Assert.InRange(moves.Count(attack => attack.IsFound), moves.Count * 0.8, moves.Count);
        Assert.All(result.Attacks, attack => Assert.InRange(attack.NumKept, 0, attack.NumShown));
        Assert.Equal(0, result.Packets);
    }

    [Fact]
    public void What_comes_of_a_trick_is_repeatable()
    {
        ITrick[] tricks = [new FeignedClients(5, 3, FeignedKind.Known), new SourcePorts(445), new ForgedExporter(ForgeryKind.Template)];
        var (first, second) = (Seed(4, tricks), Seed(4, tricks));

        foreach (var trick in tricks)
        {
            var (one, other) = (first.Run(trick), second.Run(trick));
            Assert.Equal((one.Digest, one.Packets, one.OthersPerDay), (other.Digest, other.Packets, other.OthersPerDay));
            Assert.Equal(one.Attacks, other.Attacks);
        }
    }

    [Fact]
    public void On_which_day_the_judge_was_saved_makes_no_difference_to_what_is_found()
    {
        var (late, early) = (new Waiting(0), new Waiting(3));
        var seed = Seed(5, late, early);

        Assert.Equal(seed.Run(late).Attacks, seed.Run(early).Attacks);
    }

    [Fact]
    public void Attacks_as_records_of_an_exporter_are_found_as_those_placed_after_the_join()
    {
        ITrick[] tricks = [new NoTrick(), new SourcePorts(0), new ForgedExporter(ForgeryKind.None)];
        var seed = Seed(6, tricks);

        var found = tricks.Select(trick => seed.Run(trick).Attacks.Count(attack => attack.IsFound)).ToList();

        Assert.True(found[0] > 0);
        Assert.All(found, count => Assert.Equal(found[0], count));
    }

    [Fact]
    public async Task Command_prints_what_each_trick_costs_and_what_is_found_under_it()
    {
        string[] arguments =
        [
            "evaluate", "adversary", "--hosts", "150", "--days", "7", "--learning-days", "5", "--seeds", "2", "--first-seed", "7",
            "--moves", "40", "--tricks", "syn-from-88,clients-5-1h,flood-2500-known-during",
        ];
        var json = await LabProgram.RunAsync([.. arguments, "--format", "json"]);
        var text = await LabProgram.RunAsync(arguments);

        Assert.Equal((0, 0), (json.ExitCode, text.ExitCode));
        using var document = JsonDocument.Parse(json.Output);
        Assert.True(document.RootElement.GetProperty("synthetic").GetBoolean());
        var tricks = document.RootElement.GetProperty("tricks").EnumerateArray().ToList();
        Assert.Equal(
            [
                "none", "syn-from-88", "syn-from-88-after", "clients-5-1h", "clients-5-1h-known", "clients-5-1h-known-after",
                "flood-2500-known-during",
            ],
            tricks.Select(trick => trick.GetProperty("name").GetString()));
        Assert.Equal(
            [0, 0, 0, 5, 5, 5, 5_000], tricks.Select(trick => trick.GetProperty("cost").GetProperty("forged_hosts").GetInt32()));
        Assert.All(tricks, trick =>
        {
            var found = trick.GetProperty("between_workstations").GetProperty("found");
            Assert.InRange(found.GetProperty("count").GetInt32(), 0, found.GetProperty("of").GetInt32());
            Assert.Equal(2, trick.GetProperty("digests").EnumerateObject().Count());
        });
        Assert.StartsWith(
            "SYNTHETIC: a simulated enterprise of 150 hosts, 7 days of which 5 are for learning, seeds 7, 8.", text.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seeds_that_were_run_apart_are_put_together_and_shown_beside_those_of_another_build()
    {
        using var folder = new TemporaryFolder();
        string[] network = ["evaluate", "adversary", "--hosts", "60", "--days", "4", "--learning-days", "2", "--moves", "60"];
        string[] seed = [.. network, "--seeds", "1", "--tricks", "answered-on-88", "--format", "json"];
        var files = new List<string>();
        foreach (var number in (string[])["1", "2"])
        {
            files.Add(Path.Combine(folder.Path, number));
            File.WriteAllText(files[^1], (await LabProgram.RunAsync([.. seed, "--first-seed", number])).Output);
        }

        var json = await LabProgram.RunAsync([.. network, "--seeds", "0", "--add", .. files, "--format", "json"]);
        var markdown = await LabProgram.RunAsync(
            [.. network, "--seeds", "0", "--add", files[0], "--before", files[1], "--format", "markdown"]);
        var twice = await LabProgram.RunAsync([.. network, "--seeds", "0", "--add", files[0], files[0]]);

        var together = AdversaryReport.Read(folder.Write("together", System.Text.Encoding.UTF8.GetBytes(json.Output)));
        var apart = files.ConvertAll(AdversaryReport.Read);
        Assert.Equal([1, 2], together.Seeds);
        Assert.Equal(apart.Sum(report => report.Tricks[0].Kept.Of), together.Tricks[0].Kept.Of);
        Assert.Equal(2, together.Tricks[1].Digests.Count);
        Assert.Matches(@"\| answered-on-88 \| 0 \| 0 \| 0 \| 6 \| \d+/\d+ \| \d+/\d+ \| ", markdown.Output);
        Assert.Equal(
            (2, "results of one seed cannot be put together twice"), (twice.ExitCode, Assert.Single(twice.ErrorLines)));
    }

    [Fact]
    public async Task Trick_that_there_is_not_is_named_and_the_others_listed()
    {
        var outcome = await LabProgram.RunAsync("evaluate", "adversary", "--tricks", "invisibility");

        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith(
            "--tricks: no trick begins with 'invisibility'; there are none, syn-from-88, ", Assert.Single(outcome.ErrorLines),
            StringComparison.Ordinal);
    }

    private static AdversarySeed Seed(ulong seed, params ITrick[] tricks) =>
        new(Shape, seed, [], Moves, Options, tricks.Select(trick => trick.LeadDays));

    private static CollectorOptions Options()
    {
        var options = new CollectorOptions();
        options.Judgement.LearningPeriod = TimeSpan.FromDays(Shape.LearningDays);
        (options.Judgement.EvaluateEvery, options.Judgement.ReviewEvery) = (TimeSpan.FromMinutes(10), TimeSpan.FromHours(1));
        return options;
    }

    /// <summary>Does nothing for some days.</summary>
    private sealed class Waiting(int days) : ITrick
    {
        public string Name => "waiting";

        public string Part => "tests";

        public AttackerCost Cost => default;

        public int LeadDays => days;

        public void Play(Stage stage, Move move, SeededRandom random) => stage.Attack(move);
    }
}
