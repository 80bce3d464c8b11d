using System.CommandLine;
using RpcCollector.Detection;
using RpcCollector.Detection.Advice;
using RpcCollector.Naming;

namespace RpcCollector.Commands;

/// <summary><c>kinds</c>: what may be behind each kind of finding, what to look at next, what prevents it; as Markdown.</summary>
internal sealed class KindsCommand : Command
{
    private readonly Argument<string?> _kind = new("KIND")
    {
        Description = "One kind, such as remote-service; all when absent.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public KindsCommand()
        : base("kinds", "Print what may be behind each kind of finding, what to look at next, and what prevents it.")
    {
        _kind.AcceptOnlyFromAmong([.. KebabCase<FindingKind>.All.Select(KebabCase<FindingKind>.Of)]);
        Add(_kind);
        SetAction(parsed => Print(parsed.GetValue(_kind)));
    }

    private static int Print(string? kind)
    {
        var kinds = KebabCase<FindingKind>.TryParse(kind, out var known) ? [KindAdvice.Of(known)] : KindAdvice.All;
        Console.Out.Write(KindPages.Markdown(kinds));
        return 0;
    }
}
