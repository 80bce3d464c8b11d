namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>A tool of the attack library; unique by name.</summary>
internal interface IAttackTool
{
    string Name { get; }

    /// <summary>ATT&amp;CK techniques or CVE numbers, separated by slashes.</summary>
    string Technique { get; }

    /// <summary>What it is aimed at.</summary>
    IReadOnlyList<TargetKind> Targets { get; }

    /// <summary>True when it lets the intruder go on from the machine that it was aimed at.</summary>
    bool RunsCode { get; }

    /// <summary>How many machines it goes through in one run, at least and at most; one and one for most.</summary>
    (int Least, int Most) Hosts => (1, 1);

    /// <summary>Writes down what it sends to one machine.</summary>
    void Write(FlowScript script);
}
