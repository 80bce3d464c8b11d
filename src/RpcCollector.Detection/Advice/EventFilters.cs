using System.Text;

namespace RpcCollector.Detection.Advice;

/// <summary>Filters for Windows events: one of each tool for each host on which the table says to look.</summary>
internal static class EventFilters
{
    public static IEnumerable<AdviceFilter> For(KindAdvice advice, AdviceSubject subject, AdviceWindow window)
    {
        foreach (var leads in advice.Events.GroupBy(lead => lead.On).OrderBy(leads => leads.Key))
        {
            var place = AdvicePlace.Of(leads.Key, subject);
            var logs = leads.Select(lead => lead.Event).Distinct().GroupBy(known => known.Log, StringComparer.Ordinal)
                .Select(log => (Log: log.Key, Ids: log.Select(known => known.Id).Distinct().Order().ToList())).ToList();
            yield return new AdviceFilter(
                AdviceTool.PowerShell, place, PowerShell(place, logs, window),
                "The times are UTC. Reading remotely is RPC, too: do it from a host that administers, or on the machine itself without " +
                "-ComputerName. A log in which nothing matches says so." + LongWindow(window));
            yield return new AdviceFilter(
                AdviceTool.KibanaEvents, place, Kibana(place, logs, window), "For events as Winlogbeat and Elastic Agent send them.");
            yield return new AdviceFilter(
                AdviceTool.SplunkEvents, place, Splunk(place, logs, window),
                place.Name is null && place.Addresses.Count > 0
                    ? $"Add host= with the name of {place.InWords}: Splunk knows Windows hosts by name. Name your index, too."
                    : "Name your index in place of the asterisk.");
        }
    }

    private static string LongWindow(AdviceWindow window) => window.Until - window.From > TimeSpan.FromDays(1)
        ? " It was seen over more than a day: begin with the hour of the first flow."
        : "";

    private static string PowerShell(AdvicePlace place, List<(string Log, List<int> Ids)> logs, AdviceWindow window)
    {
        var text = new StringBuilder();
        text.Append($"$minutes = @{{ StartTime = [datetime]'{window.From:yyyy-MM-dd'T'HH:mm:ss'Z'}'; ");
        text.Append($"EndTime = [datetime]'{window.Until:yyyy-MM-dd'T'HH:mm:ss'Z'}' }}\n");
        text.Append(HostsOf(place));
        text.Append("foreach ($machine in $machines) {\n");
        foreach (var (log, ids) in logs)
        {
            text.Append("  Get-WinEvent -ComputerName $machine -FilterHashtable ");
            text.Append($"(@{{ LogName = '{log}'; Id = {string.Join(", ", ids)} }} + $minutes)\n");
        }

        return text.Append('}').ToString();
    }

    private static string HostsOf(AdvicePlace place) => place switch
    {
        { Name: { } name } => $"$machines = '{name}'\n",
        { Addresses.Count: > 0 } => $"$machines = {string.Join(", ", place.Addresses.Select(address => $"'{address.WithoutSite()}'"))}\n",
        { Host: AdviceHost.DomainControllers } => "$machines = (Get-ADDomainController -Filter *).HostName\n",
        { Host: AdviceHost.CertificateAuthorities } =>
            "$services = \"CN=Enrollment Services,CN=Public Key Services,CN=Services,$((Get-ADRootDSE).configurationNamingContext)\"\n" +
            "$machines = (Get-ADObject -Filter * -SearchBase $services -SearchScope OneLevel -Properties dNSHostName).dNSHostName\n",
        _ => "$machines = Get-Content servers.txt\n",
    };

    private static string Kibana(AdvicePlace place, List<(string Log, List<int> Ids)> logs, AdviceWindow window)
    {
        var events = string.Join(
            " or ",
            logs.Select(log =>
                $"(winlog.channel : \"{log.Log}\" and event.code : ({string.Join(" or ", log.Ids.Select(id => $"\"{id}\""))}))"));
        var addresses = place.Addresses.Select(address => $"\"{address.WithoutSite()}\"");
        var host = place switch
        {
            { Addresses.Count: 0 } => "",
            { Name: { } name } => $" and (host.ip : ({string.Join(" or ", addresses)}) or host.name : \"{name}\")",
            _ => $" and host.ip : ({string.Join(" or ", addresses)})",
        };
        return $"{FlowQuery.Between(window)}{host} and ({events})";
    }

    private static string Splunk(AdvicePlace place, List<(string Log, List<int> Ids)> logs, AdviceWindow window)
    {
        var events = string.Join(
            " OR ", logs.Select(log => $"(source=\"*WinEventLog:{log.Log}\" EventCode IN ({string.Join(", ", log.Ids)}))"));
        var host = place.Name is { } name ? $" host=\"{name}\"" : "";
        return $"{FlowQuery.SplunkTimes(window)}{host} ({events}) | sort 0 _time | table _time host source EventCode Message";
    }
}
