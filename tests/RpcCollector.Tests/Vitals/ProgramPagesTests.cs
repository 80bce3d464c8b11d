using RpcCollector.Vitals;

namespace RpcCollector.Tests.Vitals;

public sealed class ProgramPagesTests
{
    private const string Unchanged = "Anonymous:             0 kB";
    private const string Changed = "Anonymous:             4 kB";

    [Fact]
    public void Only_what_is_mapped_of_files_and_unchanged_is_let_go()
    {
        string[] lines =
        [
            "1000-3000 r-xp 00000000 fe:00 4711                    /usr/bin/program", "Rss:                8 kB", Unchanged,
            "VmFlags: rd ex mr mw me",
            "3000-4000 r--p 00002000 fe:00 4711                    /usr/bin/program", "Rss:                4 kB", Changed,
            "4000-5000 rw-p 00003000 fe:00 4711                    /usr/bin/program", "Rss:                0 kB", Unchanged,
            "5000-6000 r--s 00000000 fe:00 4712                    /var/lib/shared", "Rss:                4 kB", Unchanged,
            "6000-7000 r--p 00000000 00:00 0", "Rss:                4 kB", Unchanged,
            "7000-8000 r-xp 00000000 00:00 0                       [vdso]", "Rss:                4 kB", Unchanged,
            "8000-a000 r--p 00000000 fe:00 4713                    /usr/lib/with a blank.so", Unchanged,
            "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]", Unchanged,
        ];

        Assert.Equal([(0x1000, 0x3000), (0x8000, 0xa000)], ProgramPages.Unchanged(lines));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1000-3000")]
    [InlineData("3000-1000 r-xp 00000000 fe:00 4711 /usr/bin/program")]
    [InlineData("1000-3000-4000 r-xp 00000000 fe:00 4711 /usr/bin/program")]
    [InlineData("zzzz-3000 r-xp 00000000 fe:00 4711 /usr/bin/program")]
    [InlineData("1000-3000 r-x 00000000 fe:00 4711 /usr/bin/program")]
    public void What_cannot_be_read_is_left_alone(string heading) =>
        Assert.Empty(ProgramPages.Unchanged([heading, Unchanged]));

    [Fact]
    public void Process_goes_on_with_what_it_maps_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux says what is mapped.");

        Assert.True(ProgramPages.LetGo() > 0);
        Assert.Equal(["a", "b"], new[] { "b", "a" }.Order(StringComparer.Ordinal));
    }
}
