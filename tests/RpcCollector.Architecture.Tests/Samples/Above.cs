namespace RpcCollector.Architecture.Tests.Samples
{
    /// <summary>Uses what is below it, as it may.</summary>
    internal static class Above
    {
        public static int Limit { get; set; }

        public static int Count(IEnumerable<int> numbers) => new Below.Counter().Count(numbers);
    }
}

namespace RpcCollector.Architecture.Tests.Samples.Below
{
    /// <summary>Has a link back, which only the body of a lambda shows.</summary>
    internal sealed class Counter
    {
        public int Count(IEnumerable<int> numbers) => numbers.Count(number => number < Above.Limit);
    }
}
