using System.Security.Cryptography;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>A judge that goes on from what it knew before it knew ports and uploads: two days, saved in form 5.</summary>
public sealed class UpgradedStateTests
{
    private const int FirstDay = 3;

    private static readonly string Intruder = Court.ClientAt(9);

    [Fact]
    public void Uploads_to_a_file_server_are_low_until_it_is_learned_who_writes_and_silent_from_then_on()
    {
        // The judge has learned for longer than it wants to when it is upgraded; who writes it learns anew.
        var court = Upgraded(Saved());
        for (var day = FirstDay; day < FirstDay + 7; day++)
        {
            court.SimulateDay(day);
            for (var i = 0; i < 3; i++) court.Take(Upload((24 * day) + 18 + (i * 0.01), Court.ClientAt(i)));
            if (day == FirstDay + 1) court.Take(Upload((24 * day) + 19, Court.ClientAt(8)));
        }

        // A fourth in the first days, and another long after.
        court.Take(Upload((24 * (FirstDay + 7)) + 10, Intruder)).Complete();

        Assert.All(
            court.Findings.Values.Where(finding => finding.Kind == FindingKind.LargeUpload),
            finding => Assert.Equal(FindingSeverity.Low, finding.Severity));
        Assert.NotNull(court.Find(FindingKind.LargeUpload, Court.ClientAt(8), Court.FileServer));
        Assert.Null(court.Find(FindingKind.LargeUpload, Intruder, Court.FileServer));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Next_one_who_writes_to_a_server_is_told_once_that_is_learned_unless_three_were_learned_to(int writers)
    {
        var court = Upgraded(Saved());
        for (var day = FirstDay; day < FirstDay + 7; day++)
        {
            court.SimulateDay(day);
            for (var i = 0; i < writers; i++) court.Take(Upload((24 * day) + 18 + (i * 0.01), Court.ClientAt(i)));
        }

        court.Take(Upload((24 * (FirstDay + 7)) + 10, Intruder)).Complete();

        var severity = court.Find(FindingKind.LargeUpload, Intruder, Court.FileServer)?.Severity;
        Assert.Equal(writers < 3 ? FindingSeverity.Medium : null, severity);
    }

    [Theory]
    [InlineData(60, 21, true)]
    [InlineData(60, 20, false)]
    [InlineData(300, 101, true)]
    [InlineData(300, 100, false)]
    public void Burst_that_was_learned_by_the_minute_counts_as_a_sixth_of_it_within_ten_seconds(
        ushort aMinute, int number, bool isFound)
    {
        var court = Upgraded(WithBursts(Saved(), aMinute));
        for (var i = 0; i < number; i++)
            court.Take(Court.Rpc(
                (24 * FirstDay) + 10 + (i * 9.9 / number / 3600), Intruder, Court.Controller, JoinBasis.MapperOnly, id: 1_000 + i));

        Assert.Equal(isFound, court.Complete().Find(FindingKind.MapperBurst, Intruder, Court.Controller) is not null);
    }

    [Fact]
    public void No_burst_that_was_learned_by_the_minute_hides_hundreds_of_calls_over_one_connection()
    {
        var court = Upgraded(WithBursts(Saved(), ushort.MaxValue), $"{Court.Controller}=domain-controller");
        court.Take(Court.Rpc(
            (24 * FirstDay) + 10, Intruder, Court.Controller,
            traffic: Court.Answered with { ClientOctets = 114_000, ServerOctets = 70_000 }));

        Assert.NotNull(court.Complete().Find(FindingKind.MapperBurst, Intruder, Court.Controller));
    }

    [Fact]
    public void Role_that_explained_a_finding_before_the_upgrade_explains_it_still_and_a_note_says_so()
    {
        var court =
            Upgraded(WithExplained(Saved(), FindingKind.FirstAdministration, Intruder, Court.FileServer), $"{Court.FileServer}=server");
        court.SimulateDay(FirstDay).Complete();

        var finding = court.Find(FindingKind.FirstAdministration, Intruder, Court.FileServer);
        Assert.True(finding?.IsExplained);
        Assert.Contains(finding!.Notes, note => note.Explains == true);
    }

    private static Court Upgraded(byte[] saved, params string[] roles)
    {
        var court = new Court(new JudgementOptions { LearningPeriod = TimeSpan.FromDays(4), Roles = roles });
        court.Judge.Load(new MemoryStream(saved));
        return court;
    }

    private static AdministrationContact Upload(double hours, string client) =>
        Court.Contact(hours, client, Court.FileServer, 445) with
        {
            Traffic = Court.Answered with { ClientOctets = 80_000, ServerOctets = 9_000 },
        };

    private static byte[] Saved()
    {
        using var resource = typeof(UpgradedStateTests).Assembly.GetManifestResourceStream("state-of-version-5")!;
        var saved = new byte[resource.Length];
        resource.ReadExactly(saved);
        return saved;
    }

    /// <summary>As if that many mapper flows within a minute had been learned of every client and the controller.</summary>
    private static byte[] WithBursts(byte[] saved, ushort aMinute)
    {
        // Service and marks, first and last hour, since when it is normal, flows, burst, days.
        const int Flows = 18, Days = 2;
        var (first, found) = (BitConverter.GetBytes(Epoch.Of(Court.At(8))), 0);
        for (var place = 0; place < saved.Length - 22; place++)
        {
            if (saved[place] != (byte)EdgeService.Rpc || !saved.AsSpan(place + 2, 4).SequenceEqual(first)
                || BitConverter.ToUInt32(saved, place + 14) != Flows || BitConverter.ToUInt16(saved, place + 20) != Days) continue;
            BitConverter.TryWriteBytes(saved.AsSpan(place + 18), aMinute);
            found++;
        }

        Assert.Equal(12, found);
        return Sealed(saved);
    }

    /// <summary>As if a finding of closed hours had been explained by a role.</summary>
    private static byte[] WithExplained(byte[] saved, FindingKind kind, string client, string server)
    {
        // Explained, before a told role, shown as, held, notes: all none, and then the next finding begins.
        const int End = 5;
        var state = new JudgeState(new JudgementOptions(), new NoFindings());
        StateReader.Read(new MemoryStream(saved), state, new ExporterDirectory());
        var findings = state.Findings.InOrder().ToList();
        var next = findings[1 + findings.FindIndex(finding => finding.Kind == kind
            && finding.Client.Address == HostAddress.Parse(client) && finding.Server?.Address == HostAddress.Parse(server))];
        byte[] begin =
        [
            (byte)next.Kind, .. BitConverter.GetBytes(next.Client.Address.High), .. BitConverter.GetBytes(next.Client.Address.Low),
            .. new byte[8], 1, .. BitConverter.GetBytes(next.Server!.Value.Address.High),
            .. BitConverter.GetBytes(next.Server!.Value.Address.Low), .. new byte[8],
        ];
        var place = saved.AsSpan().IndexOf(begin);
        Assert.Equal(new byte[End], saved[(place - End)..place]);
        saved[place - End] = 1;
        return Sealed(saved);
    }

    private static byte[] Sealed(byte[] saved)
    {
        SHA256.HashData(saved.AsSpan(0, saved.Length - SHA256.HashSizeInBytes)).CopyTo(saved, saved.Length - SHA256.HashSizeInBytes);
        return saved;
    }

    private sealed class NoFindings : IFindingSink
    {
        public void Publish(in FindingChange change)
        {
        }
    }
}
