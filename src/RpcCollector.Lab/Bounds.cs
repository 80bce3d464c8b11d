using RpcCollector.Options;

namespace RpcCollector.Lab;

/// <summary>Holds options to their bounds.</summary>
internal static class Bounds
{
    /// <exception cref="StartupException">The value is out of bounds; it names the option.</exception>
    public static int Within(string option, int value, int least, int most) =>
        value >= least && value <= most ? value : throw new StartupException($"{option}: {value} is not between {least} and {most}");
}
