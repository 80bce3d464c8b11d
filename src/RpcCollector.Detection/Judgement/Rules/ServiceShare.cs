using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>How many of the activities and contacts behind a draft went by one service; unique by the service within a draft.</summary>
internal readonly record struct ServiceShare(EdgeService Service, int Count)
{
    /// <summary>The services of both, each once with the sum of its counts, in the order of services.</summary>
    public static IReadOnlyList<ServiceShare> Together(IEnumerable<ServiceShare> left, IEnumerable<ServiceShare> right) =>
        [.. left.Concat(right).GroupBy(share => share.Service).OrderBy(shares => shares.Key)
            .Select(shares => new ServiceShare(shares.Key, (int)Math.Min(int.MaxValue, shares.Sum(share => (long)share.Count))))];

    /// <summary>As it stands in a sentence: "3 by SMB, 2 by WinRM".</summary>
    public static string InWords(IEnumerable<ServiceShare> shares) =>
        string.Join(", ", shares.Select(share => $"{share.Count} by {EdgeServiceName.Of(share.Service)}"));
}
