using RpcCollector.Detection;

namespace RpcCollector.Lab.Evaluation.Adversary.Staging;

/// <summary>One way to keep a sensor from seeing an attack, or to have its finding gone.</summary>
internal interface ITrick
{
    /// <summary>As it appears in the table, and as <c>--tricks</c> takes it; unique.</summary>
    string Name { get; }

    /// <summary>The part of the table that it stands in.</summary>
    string Part { get; }

    AttackerCost Cost { get; }

    /// <summary>How many days before the first attack it begins.</summary>
    int LeadDays => 0;

    /// <summary>True when it is played once the attack has been reported, so that its findings be gone before a person looks.</summary>
    bool IsAfter => false;

    /// <summary>True when it is played unless the command says which are.</summary>
    bool IsStandard => true;

    /// <summary>What the run's settings are for it: smaller tables make floods affordable.</summary>
    void Adjust(JudgementOptions options)
    {
    }

    /// <summary>Plays it, attack and all, for one move.</summary>
    void Play(Stage stage, Move move, SeededRandom random);
}
