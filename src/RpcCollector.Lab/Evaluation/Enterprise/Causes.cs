using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>Which habits caused the traffic of an address, or between two addresses, on each day: this explains wrong findings.</summary>
internal sealed class Causes
{
    private readonly Dictionary<(EndAddress Client, EndAddress Server, int Day), ulong> _habits = [];
    private readonly Dictionary<(EndAddress Client, int Day), ulong> _ofClient = [];

    /// <param name="connection">One that is not a placed attack's.</param>
    public void Note(in SimulatedConnection connection)
    {
        if (connection.Placed != 0) return;
        var (day, habit) = (DayOf(connection.Start), 1ul << connection.Habit);
        var key = (connection.Client, connection.Server, day);
        _habits[key] = _habits.GetValueOrDefault(key) | habit;
        _ofClient[(connection.Client, day)] = _ofClient.GetValueOrDefault((connection.Client, day)) | habit;
    }

    /// <summary>The habits behind a finding on a day, as bits by their index; none when nothing is known.</summary>
    /// <param name="since">When it began, or became as bad as it is, in Unix milliseconds.</param>
    public ulong Of(Finding finding, long since)
    {
        var (client, day) = (EndAddress.Of(finding.Client), DayOf(since));
        return finding.Server is { } server
            ? _habits.GetValueOrDefault((client, EndAddress.Of(server), day))
            : _ofClient.GetValueOrDefault((client, day));
    }

    private static int DayOf(long unixMilliseconds) =>
        (int)((unixMilliseconds - EnterpriseShape.StartOf(0)) / EnterpriseShape.DayMilliseconds);
}
