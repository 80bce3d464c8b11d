using System.CommandLine;

namespace RpcCollector.Lab;

/// <summary>
/// <c>evaluate</c>: how good is the judgement? Over recorded attacks with labels, and over a synthetic network in which they are
/// placed.
/// </summary>
internal sealed class EvaluateCommand : Command
{
    public EvaluateCommand(IReadOnlyList<string> settings)
        : base("evaluate",
            "Measure detection: how many labelled attacks it finds, and what it reports where there is no attack. docs/detection.md " +
            "describes the method.")
    {
        Add(new EvaluateScenariosCommand(settings));
        Add(new EvaluateEnterpriseCommand(settings));
        Add(new EvaluateAdversaryCommand(settings));
        Add(new EvaluateOfficeCommand(settings));
        Add(new EvaluateFirstDayCommand(settings));
    }
}
