namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>One cause of traffic in the simulated enterprise.</summary>
internal interface IHabit
{
    /// <summary>As it appears in the table of the mix; names its sequence of random numbers too.</summary>
    string Name { get; }

    /// <summary>Adds the connections of one day.</summary>
    void Live(SimulatedDay day, SeededRandom random);
}
