using System.Reflection;
using BenchmarkDotNet.Running;
using RpcCollector.Benchmarks;
using RpcCollector.Benchmarks.Findings;
using RpcCollector.Benchmarks.Fuzz;
using RpcCollector.Benchmarks.Load;
using RpcCollector.Benchmarks.Storing;

// docs/performance.md says how to use each, and what it gave.
return args switch
{
    ["check", ..] => BenchmarkCheck.Run(),
    ["load", .. var options] => await LoadTest.RunAsync(LoadOptions.Parse(options)),
    ["fuzz", .. var options] => FuzzTest.Run(FuzzOptions.Parse(options)),
    ["flood", .. var options] => await FloodTest.RunAsync(LoadOptions.Parse(options)),
    ["findings", .. var options] => FindingsTest.Run(options),
    ["storing", .. var options] => await StoringTest.RunAsync(options),
    _ => RunBenchmarks(args),
};

static int RunBenchmarks(string[] args)
{
    BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
    return 0;
}
