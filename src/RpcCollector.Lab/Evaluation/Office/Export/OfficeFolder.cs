using RpcCollector.Lab.Evaluation.Office.Habits;

namespace RpcCollector.Lab.Evaluation.Office.Export;

/// <summary>
/// Writes a simulated office into a folder: Zeek's logs, names.csv with the servers as a names file has them, and whose.csv, which says
/// who did what.
/// </summary>
internal static class OfficeFolder
{
    /// <returns>How many connections were written.</returns>
    public static int Write(SimulatedOffice office, string folder)
    {
        using var day = new ZeekDay();
        office.Deliver(day);
        day.Write(folder, office);
        File.WriteAllLines(
            Path.Combine(folder, "names.csv"), office.Network.Servers.Select(server =>
                $"{office.AddressOf(server)},{OfficeNames.Of(server)},{server.Kind}").Prepend("address,name,role"));
        if (office.Plan is { } plan)
            File.WriteAllLines(Path.Combine(folder, "whose.csv"), Whose(office, plan).Prepend("address,name,whose"));
        return day.NumConnections;
    }

    private static IEnumerable<string> Whose(SimulatedOffice office, OfficePlan plan)
    {
        foreach (var machine in plan.FirstIntruder) yield return Line(machine, "first-intruder");
        foreach (var machine in plan.Driven) yield return Line(machine, "driven-by-first-intruder");
        yield return Line(plan.SecondIntruder, "second-intruder");
        yield return Line(plan.DrivenBySecond, "driven-by-second-intruder");
        yield return Line(plan.SharedFileServer, "driven-by-both-intruders");
        yield return Line(plan.Administrator, "administrator");

        string Line(Enterprise.Simulation.Machine machine, string whose) =>
            $"{office.AddressOf(machine)},{OfficeNames.Of(machine)},{whose}";
    }
}
