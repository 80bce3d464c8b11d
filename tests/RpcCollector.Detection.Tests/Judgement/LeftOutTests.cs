using System.ComponentModel.DataAnnotations;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>Kinds of findings that nobody is to be told of.</summary>
public sealed class LeftOutTests
{
    private const int Learned = 16;
    private const double Morning = (24 * Learned) + 10.5;
    private const double Second = 1 / 3600.0;

    private static readonly string Intruder = Court.ClientAt(3);
    private static readonly string Victim = Court.ClientAt(7);

    [Fact]
    public void What_is_left_out_is_not_told_and_lowers_nothing_else()
    {
        foreach (var kind in (FindingKind[])[FindingKind.PeerToPeerRpc, FindingKind.LargeUpload])
        {
            var court = FirstContactTests.Lived(Learned, new JudgementOptions
            {
                LeaveOut = [kind == FindingKind.LargeUpload ? "large-upload" : "peer-to-peer-rpc"],
            });
            court.Take(Court.Rpc(Morning - (20 * Second), Intruder, Victim));
            var written = Court.Answered with { ClientOctets = 220_000, ServerOctets = 5_000 };
            court.Take(Court.Contact(Morning, Intruder, Victim, 445) with { Traffic = written }).Complete();

            Assert.DoesNotContain(court.Findings.Values, finding => finding.Kind == kind);

            // Otherwise it refers to the first contact.
            if (kind == FindingKind.PeerToPeerRpc)
                Assert.Equal(FindingSeverity.Medium, court.Find(FindingKind.FirstAdministration, Intruder, Victim)?.Severity);
        }
    }

    [Fact]
    public void Rare_port_that_is_left_out_is_not_told_later_either()
    {
        Assert.NotNull(Use(new JudgementOptions()));
        Assert.Null(Use(new JudgementOptions { LeaveOut = ["unusual-endpoint"] }));

        static Finding? Use(JudgementOptions options)
        {
            var court = UnusualEndpointTests.Lived(Learned, options);
            court.Take(Court.Rpc(Morning, Intruder, UnusualEndpointTests.Server, endpointPort: 49_999));
            for (var i = 0; i < 6; i++)
                court.Take(Court.Rpc(Morning + 0.1 + (0.5 * i), Court.ClientAt(8 + i), UnusualEndpointTests.Server));
            return court.Complete().Find(FindingKind.UnusualEndpoint, Intruder, UnusualEndpointTests.Server);
        }
    }

    [Theory]
    [InlineData("large-upload", true)]
    [InlineData("LargeUpload", false)]
    [InlineData("5", false)]
    [InlineData("", false)]
    public void Setting_names_kinds_as_they_are_listed(string name, bool isGood)
    {
        var options = new JudgementOptions { LeaveOut = ["pivot", name] };
        var results = options.Validate(new ValidationContext(options)).ToList();

        Assert.Equal(isGood, results.Count == 0);
        if (!isGood) Assert.Equal([nameof(JudgementOptions.LeaveOut)], Assert.Single(results).MemberNames);
    }
}
