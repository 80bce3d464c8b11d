using System.Globalization;
using System.Runtime.InteropServices;
using RpcCollector.Vitals;

namespace RpcCollector.Tests.Vitals;

public sealed class ProgramPagesTests
{
    private const string Program = "/opt/with a blank/program";
    private const string Code = "1000-3000 r-xp 00000000 fe:00 4711                    " + Program;

    private static readonly string[] Untouched = ["Rss:  8 kB", "Anonymous:  0 kB", "Swap:  0 kB", "VmFlags: rd ex mr mw me sd"];

    [Fact]
    public void What_the_program_has_of_its_own_file_unchanged_is_let_go()
    {
        string[] lines = [Code, .. Untouched, "3000-5000 r--p 00002000 fe:00 4711   " + Program, .. Untouched];

        Assert.Equal([(0x1000, 0x3000), (0x3000, 0x5000)], ProgramPages.Unchanged(lines, Program));
    }

    [Theory]
    [InlineData("1000-3000 rw-p 00000000 fe:00 4711 /opt/with a blank/program")]
    [InlineData("1000-3000 r--s 00000000 fe:00 4711 /opt/with a blank/program")]
    [InlineData("1000-3000 --xp 00000000 fe:00 4711 /opt/with a blank/program")]
    [InlineData("1000-3000 r-xp 00000000 fe:00 4711 /opt/with a blank/program (deleted)")]
    [InlineData("1000-3000 r-xp 00000000 fe:00 4711 /usr/lib/library.so")]
    [InlineData("1000-3000 r-xp 00000000 00:00 0")]
    [InlineData("1000-3000 r-xp 00000000 00:00 0 [vdso]")]
    [InlineData("")]
    [InlineData("1000-3000")]
    [InlineData("3000-1000 r-xp 00000000 fe:00 4711 /opt/with a blank/program")]
    [InlineData("1000-3000-4000 r-xp 00000000 fe:00 4711 /opt/with a blank/program")]
    [InlineData("zzzz-3000 r-xp 00000000 fe:00 4711 /opt/with a blank/program")]
    [InlineData("1000-3000 r-x 00000000 fe:00 4711 /opt/with a blank/program")]
    public void What_is_not_of_its_file_or_cannot_be_read_is_left_alone(string heading) =>
        Assert.Empty(ProgramPages.Unchanged([heading, .. Untouched], Program));

    [Theory]
    [InlineData("Anonymous:  4 kB")]
    [InlineData("Swap:  4 kB")]
    [InlineData("Rss:  0 kB")]
    [InlineData("VmFlags: rd mr mw me ac sd")]
    public void What_the_process_has_changed_or_may_have_changed_is_left_alone(string line)
    {
        var kind = line[..line.IndexOf(':', StringComparison.Ordinal)];
        string[] said = [.. Untouched.Select(known => known.StartsWith(kind, StringComparison.Ordinal) ? line : known)];

        Assert.Contains(line, said);
        Assert.Empty(ProgramPages.Unchanged([Code, .. said], Program));
    }

    [Theory]
    [InlineData("Anonymous")]
    [InlineData("Swap")]
    [InlineData("Rss")]
    [InlineData("VmFlags")]
    public void Where_the_kernel_does_not_say_whether_it_was_changed_it_is_left_alone(string kind)
    {
        string[] said = [.. Untouched.Where(known => !known.StartsWith(kind, StringComparison.Ordinal))];

        Assert.Equal(3, said.Length);
        Assert.Empty(ProgramPages.Unchanged([Code, .. said], Program));
    }

    [Fact]
    public void Process_goes_on_with_what_it_maps_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux says what is mapped.");

        // A process of tests hardly comes back to its own file: it reads of it, and what is read is mapped again. A collector that another
        // test starts may let go of it just then.
        var hasLetGo = false;
        for (var i = 0; i < 50 && !hasLetGo; i++)
        {
            ProgramPages.LetGo();
            ReadProgram();
            hasLetGo = ProgramPages.LetGo() > 0;
            Assert.Equal(["a", "b"], new[] { "b", "a" }.Order(StringComparer.Ordinal));
            if (!hasLetGo) Thread.Sleep(20);
        }

        Assert.True(hasLetGo);
    }

    private static void ReadProgram()
    {
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            if (!line.EndsWith(Environment.ProcessPath!, StringComparison.Ordinal)) continue;
            if (!line.Contains(" r", StringComparison.Ordinal)) continue;
            var first = line[..line.IndexOf('-', StringComparison.Ordinal)];
            Marshal.ReadByte((nint)long.Parse(first, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }
    }
}
