using System.CommandLine;

namespace RpcCollector.Lab;

/// <summary><c>evaluate</c>: how good is the judgement? Over recorded attacks with labels, and over a synthetic network in which they are placed.</summary>
internal sealed class EvaluateCommand : Command
{
    public EvaluateCommand(IReadOnlyList<string> settings)
        : base("evaluate", "Measure the judgement: what it finds of labelled attacks, and what it finds where there is none. docs/detection.md tells the method.")
    {
        Add(new EvaluateScenariosCommand(settings));
        Add(new EvaluateEnterpriseCommand(settings));
    }
}
