using System.Text;

namespace RpcCollector.Detection.Incidents;

/// <summary>What an incident is, in one plain sentence: who drove whom, and who went on from there.</summary>
public static class IncidentTitle
{
    /// <summary>In characters; longer ones end in an ellipsis.</summary>
    public const int MaxLength = 300;

    private const int MostSteps = 3;

    /// <param name="incident">The incident.</param>
    /// <param name="show">How a host is written, such as PC-0412 (10.20.1.15).</param>
    public static string Of(Incident incident, Func<IncidentHost, string> show)
    {
        ArgumentNullException.ThrowIfNull(incident);
        ArgumentNullException.ThrowIfNull(show);
        var title = new StringBuilder();
        if (incident.Steps.Count == 0 && incident.NumClients > 1 && incident.Acts[0].Server is { } common)
        {
            title.Append(incident.NumClients).Append(" hosts ").Append(FindingPhrase.Of(incident.Acts[0].Kind)).Append(' ')
                .Append(show(common)).Append(", first ").Append(show(incident.Acts[0].Client));
            return Bounded(title);
        }

        Append(title, incident.Acts[0], show);
        var told = 0;
        foreach (var act in incident.Acts.Skip(1))
        {
            if (told++ == MostSteps) break;
            title.Append("; ");
            Append(title, act, show);
        }

        if (incident.NumClients - 1 > MostSteps) title.Append("; and ").Append(incident.NumClients - 1 - MostSteps).Append(" more went on");
        return Bounded(title);
    }

    private static string Bounded(StringBuilder title) =>
        title.Length <= MaxLength ? title.ToString() : $"{title.ToString(0, MaxLength - 1)}…";

    private static void Append(StringBuilder title, IncidentAct act, Func<IncidentHost, string> show)
    {
        title.Append(show(act.Client)).Append(' ');
        if (act.Server is not { } server)
        {
            title.Append(FindingPhrase.OfMany(act.Kind)).Append(' ').Append(Hosts(act.NumServers));
            return;
        }

        title.Append(FindingPhrase.Of(act.Kind)).Append(' ').Append(show(server));
        if (act.NumServers > 1) title.Append(" and contacted ").Append(act.NumServers - 1).Append(" more");
    }

    private static string Hosts(int count) => count == 1 ? "another host" : $"{count} hosts";
}
