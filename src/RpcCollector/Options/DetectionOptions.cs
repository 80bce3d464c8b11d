using System.ComponentModel.DataAnnotations;
using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of the path from flow start to RPC activity and on to the judge.</summary>
internal sealed class DetectionOptions : IValidatableObject
{
    [Setting(
        "How many threads join flow starts; receivers that keep up join their own as well. Each thread owns the clients whose addresses " +
        "hash to it. 0 for half as many as there are cores, so that the others can receive.", Unit = "threads", Minimum = 0, Maximum = 256)]
    public int Shards { get; set; }

    [Setting(
        "How many activities, contacts and operations may each wait for the judge; further ones are not judged but counted in " +
        "rpc_collector_judge_facts_dropped_total.", Unit = "facts", Minimum = 1_000, Maximum = 10_000_000)]
    public int JudgeBacklog { get; set; } = 100_000;

    public JoinOptions Join { get; } = new();

    /// <summary>The number of shards that <see cref="Shards"/> means on this machine.</summary>
    public int NumShards => Shards == 0 ? Math.Max(1, Environment.ProcessorCount / 2) : Shards;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!PortSet.TryParse(Join.ExcludedEndpointPorts, out _))
        {
            yield return new ValidationResult(
                $"'{Join.ExcludedEndpointPorts}' is not a list of ports; write numbers and ranges separated by commas, such as 1688, " +
                    $"5985-5986",
                [$"{nameof(Join)}:{nameof(JoinOptions.ExcludedEndpointPorts)}"]);
        }
    }
}
