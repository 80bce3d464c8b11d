using System.Globalization;

namespace RpcCollector.Benchmarks.Load;

/// <summary>How the load test is run: <c>load --program FOLDER [--sender FOLDER] [--rate N] [--seconds N] …</c>.</summary>
internal sealed record LoadOptions
{
    /// <summary>The published program, or the folder it lies in.</summary>
    public required string Program { get; init; }

    /// <summary>The published RpcCollector.Lab, or the folder it lies in; the one built with the benchmarks when none is given.</summary>
    public string Sender { get; init; } = AppContext.BaseDirectory;

    /// <summary>Datagrams a second; 0 is as fast as they go.</summary>
    public double Rate { get; init; } = 50_000;

    public double Seconds { get; init; } = 5;

    /// <summary>What else the sender is told.</summary>
    public IReadOnlyList<string> Send { get; init; } = [];

    /// <summary>Settings of the collector.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Whether marked pairs are sent beside the load, and looked for in the API.</summary>
    public bool MeasuresLatency { get; init; }

    /// <summary>Whether the collector's garbage collections are traced.</summary>
    public bool TracesPauses { get; init; }

    /// <summary>A short run for correctness: little load, then more than a small buffer holds.</summary>
    public bool IsBrief { get; init; }

    public static LoadOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new LoadOptions { Program = "" };
        var (send, settings) = (new List<string>(), new List<string>());
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--program": options = options with { Program = arguments[++i] }; break;
                case "--sender": options = options with { Sender = arguments[++i] }; break;
                case "--rate": options = options with { Rate = Number(arguments[++i]) }; break;
                case "--seconds": options = options with { Seconds = Number(arguments[++i]) }; break;
                case "--latency": options = options with { MeasuresLatency = true }; break;
                case "--gc-pauses": options = options with { TracesPauses = true }; break;
                case "--brief": options = options with { IsBrief = true }; break;
                case var setting
                    when setting.StartsWith("--", StringComparison.Ordinal)
                    && setting.Contains(':', StringComparison.Ordinal):
                    settings.Add(setting); break;
                case var other: send.Add(other); break;
            }
        }

        if (Directory.Exists(options.Program)) options = options with { Program = Path.Combine(options.Program, "RpcCollector") };
        if (Directory.Exists(options.Sender)) options = options with { Sender = Path.Combine(options.Sender, "RpcCollector.Lab") };
        if (!File.Exists(options.Program)) throw new ArgumentException("load: --program names no published program", nameof(arguments));
        if (!File.Exists(options.Sender)) throw new ArgumentException("load: --sender names no RpcCollector.Lab", nameof(arguments));
        return options with { Send = send, Settings = settings };
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
