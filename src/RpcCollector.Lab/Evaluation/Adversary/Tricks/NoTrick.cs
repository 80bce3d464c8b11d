using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>The attacks alone: what every trick is measured against.</summary>
internal sealed class NoTrick : ITrick
{
    public const string PlainName = "none";

    public string Name => PlainName;

    public string Part => "without a trick";

    public AttackerCost Cost => default;

    public void Play(Stage stage, Move move, SeededRandom random) => stage.Attack(move);
}
