using RpcCollector.Captures;
using RpcCollector.Flows;
using RpcCollector.Naming;

namespace RpcCollector.Commands;

/// <summary>Says of what a person named, and of which nothing could be used, what it is and what to do.</summary>
internal static class UnusedInputs
{
    private const int MostFilesNamed = 3;

    /// <summary>A named file or folder of which nothing could be used.</summary>
    public readonly record struct Unused(string Argument, string Reason)
    {
        public override string ToString() => $"{Printable.Of(Argument)}: {Reason}";
    }

    /// <summary>Those of the arguments of which nothing could be used, once all files are read.</summary>
    public static IReadOnlyList<Unused> Of(IEnumerable<string> arguments, IReadOnlyList<CaptureUse> uses)
    {
        var byArgument = uses.ToLookup(use => use.Input.Argument, StringComparer.Ordinal);
        return
        [
            .. arguments.Distinct(StringComparer.Ordinal).Where(argument => !byArgument[argument].Any(use => use.IsUsed))
                .Select(argument => new Unused(argument, Reason([.. byArgument[argument]]))),
        ];
    }

    private static string Reason(IReadOnlyList<CaptureUse> uses)
    {
        if (uses is [{ Input.IsNamed: true } only]) return Reason(only);
        if (uses.Count == 0) return "a folder without files";
        var named = uses.Take(MostFilesNamed).Select(use => $"{Printable.Of(Path.GetFileName(use.Input.Path))} ({Reason(use)})");
        var more = uses.Count > MostFilesNamed ? $" and {uses.Count - MostFilesNamed:N0} more" : "";
        return $"nothing in this folder can be used: {string.Join(", ", named)}{more}";
    }

    private static string Reason(CaptureUse use)
    {
        if (use.Foreign is { } foreign) return foreign;
        var tally = use.Tally;
        var plain = tally.Datagrams + tally[CaptureLoss.NotIP] + tally[CaptureLoss.NotUdp] + tally[CaptureLoss.NotAnExport];
        var (loss, most) = tally.Losses().Where(entry => !IsPlain(entry.Loss)).OrderByDescending(entry => entry.Count).FirstOrDefault();

        // One datagram of another format says more than all that is around it.
        var format = tally.Losses().Select(entry => FormatOf(entry.Loss)).FirstOrDefault(name => name is not null);
        if (format is { } other) return $"{FormatAdvice.NameOf(other)}: {FormatAdvice.For(other)}";
        if (plain == 0 && most == 0) return "a capture without packets";
        if (plain >= most) return
            $"plain traffic, no exports: make flows of it and send them to a sensor with `softflowd -r {Quoted(use.Input.Path)} " +
            "-n 127.0.0.1:2055 -v 10 -A milli -a`";
        return loss switch
        {
            CaptureLoss.CutPacket => "each packet was cut short by the capture: keep whole packets (tcpdump -s 0)",
            CaptureLoss.PppLinkType or CaptureLoss.NflogLinkType or CaptureLoss.UnknownLinkType or CaptureLoss.VnTag =>
                $"{RejectionMeaning.Of(loss)}: capture on an Ethernet interface, without such a header",
            CaptureLoss.DamagedFile => "damaged before its first packet",
            _ => $"nothing but {RejectionMeaning.Of(loss)}",
        };
    }

    private static bool IsPlain(CaptureLoss loss) => loss is CaptureLoss.NotIP or CaptureLoss.NotUdp or CaptureLoss.NotAnExport;

    private static Rejection? FormatOf(CaptureLoss loss) => loss switch
    {
        CaptureLoss.Sflow => Rejection.Sflow,
        CaptureLoss.NetflowV1 => Rejection.NetflowV1,
        CaptureLoss.NetflowV6 => Rejection.NetflowV6,
        CaptureLoss.NetflowV7 => Rejection.NetflowV7,
        CaptureLoss.NetflowV8 => Rejection.NetflowV8,
        _ => null,
    };

    // As a shell takes it for one word.
    private static string Quoted(string path) =>
        path.All(character => char.IsAsciiLetterOrDigit(character) || "/._-+,:@".Contains(character, StringComparison.Ordinal))
            ? path
            : $"'{Printable.Of(path).Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
