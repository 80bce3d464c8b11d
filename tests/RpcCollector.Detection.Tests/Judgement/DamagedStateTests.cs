using System.Security.Cryptography;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>
/// A saved state with something in every table, damaged in every way: it is refused by name, and costs no more than it is long.
/// </summary>
public sealed class DamagedStateTests
{
    private const int Header = 12;
    private static readonly Lazy<byte[]> Whole = new(Save);

    [Fact]
    public void State_that_is_damaged_here_has_something_in_every_table()
    {
        var state = new JudgeState(NineDays.Options(3), new NoFindings());
        StateReader.Read(new MemoryStream(Whole.Value), state, new ExporterDirectory());

        Assert.True(state.Ports.NumPorts > 0);
        Assert.True(state.RareUses.Count > 0);
        Assert.True(state.Bursts.Count > 0);
        Assert.True(state.Octets.Count > 0);
        Assert.Contains(Enumerable.Range(0, state.Edges.EdgeEnd), i => state.Edges.IsEdge(i) && state.Edges[i].UploadDay > 0);
        Assert.Contains(Enumerable.Range(0, state.Edges.EdgeEnd), i => state.Edges.IsEdge(i) && state.Edges[i].LearnedBurst > 0);
        Assert.Contains(state.Findings.InOrder(), finding => finding.Notes.Any(note => note.Explains == true));
        Assert.True(HasCommonCall(Whole.Value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Truncated_state_is_refused(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 100; i++) Assert.True(IsRefused(Whole.Value[..random.Next(Whole.Value.Length)]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void State_of_which_an_octet_is_another_is_refused(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 100; i++) Assert.True(IsRefused(Flipped(random, 1 + (i % 3))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void State_whose_hash_fits_what_is_damaged_is_refused_by_name_or_read(int seed)
    {
        // Refused or not: nothing else is thrown, and no length that it tells is believed.
        var random = new Random(seed);
        var refused = 0;
        for (var i = 0; i < 100; i++) if (IsRefused(Sealed(Flipped(random, 1 + (i % 3))))) refused++;
        for (var i = 0; i < 100; i++)
        {
            var cut = Whole.Value[..random.Next(Header, Whole.Value.Length - 1)];
            Assert.True(IsRefused([.. cut, .. SHA256.HashData(cut)]));
        }

        Assert.InRange(refused, 10, 100);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(13)]
    public void State_that_says_to_be_of_another_version_is_refused(byte version)
    {
        var damaged = Whole.Value.ToArray();
        damaged[sizeof(long)] = version;

        Assert.True(IsRefused(Sealed(damaged)));
    }

    [Fact]
    public void Length_that_is_none_is_refused_wherever_it_stands()
    {
        var random = new Random(1);
        ReadOnlySpan<byte> minusOne = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], large = [0xFF, 0xFF, 0xFF, 0x7F];
        for (var i = 0; i < 200; i++)
        {
            var damaged = Whole.Value.ToArray();
            (i % 2 == 0 ? minusOne : large).CopyTo(damaged.AsSpan(random.Next(Header, damaged.Length - 40)));
            if (!damaged.AsSpan().SequenceEqual(Whole.Value)) Assert.True(IsRefused(damaged));
        }
    }

    private static byte[] Flipped(Random random, int number)
    {
        var damaged = Whole.Value.ToArray();
        for (; number > 0; number--) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
        return damaged;
    }

    private static byte[] Sealed(byte[] damaged)
    {
        SHA256.HashData(damaged.AsSpan(0, damaged.Length - SHA256.HashSizeInBytes))
            .CopyTo(damaged, damaged.Length - SHA256.HashSizeInBytes);
        return damaged;
    }

    /// <summary>False when it was read; anything but a refusal by name fails the test, and so does memory beyond the state's own.</summary>
    private static bool IsRefused(byte[] damaged)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var isRefused = false;
        try
        {
            new Judge(NineDays.Options(3), new NoFindings(), new ExporterDirectory()).Load(new MemoryStream(damaged));
        }
        catch (JudgeStateException)
        {
            isRefused = true;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (16 << 20) + (64L * Whole.Value.Length));
        return isRefused;
    }

    private static byte[] Save()
    {
        // 1. Nine days, and in the last hours a rare use that waits.
        var steps = NineDays.Steps(3);
        var court = NineDays.Lived(steps, NineDays.Options(3));
        var end = 24 * 10.0;
        for (var day = 10; day < 13; day++)
        {
            for (var i = 0; i < 8; i++)
                court.Take(
                    Court.Call(
                        (24 * day) + 9 + (i * 0.01), Court.ClientAt(i), Court.Controller, "samr", "SamrLookupNamesInDomain", uid: $"C{i}"));
            for (var i = 0; i < 8; i++)
                court.Take(Court.Rpc((24 * day) + 9.2 + (i * 0.01), Court.ClientAt(i), Court.Controller, endpointPort: 49_690));
            end = (24 * day) + 9.5;
        }

        court.Take(Court.Rpc(end, Court.ClientAt(2), Court.Controller, endpointPort: 49_901));
        for (var i = 0; i < 8; i++)
            court.Take(Court.Rpc(end + 0.1 + (i * 0.01), Court.ClientAt(i), Court.Controller, endpointPort: 49_690));
        for (var i = 0; i < 8 * 12; i++)
            court.Take(Court.Rpc(end + 0.3 + (i * 0.0002), Court.ClientAt(i / 12), Court.Controller, JoinBasis.MapperOnly));
        court.AdvanceTo(end + 4.8);
        var saved = new MemoryStream();
        court.Judge.Save(saved);
        return saved.ToArray();
    }

    private static bool HasCommonCall(byte[] saved) => saved.AsSpan().IndexOf("SamrLookupNamesInDomain"u8) >= 0;

    private sealed class NoFindings : IFindingSink
    {
        public void Publish(in FindingChange change)
        {
        }
    }
}
