using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Judging;
using RpcCollector.Names;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>/api/v1/coverage: where hosts were seen, by which exporters, and where none were.</summary>
internal static class CoverageEndpoint
{
    public static async Task<Results<Ok<CoverageJson>, ProblemHttpResult>> ReadAsync(
        HttpContext context, NetworkView network, RoleTelling telling, NameBook names, ActivityStore activities)
    {
        using var patience = HostEndpoints.PatienceFor(context);
        try
        {
            var survey = await network.SurveyAsync(patience.Token);
            var seen = await network.HostsAsync(new HostSelection(static _ => true, role: null, int.MaxValue), patience.Token);
            var told = telling.Read().Select(role => role.Hosts).Concat(telling.Settings.Entries.Select(entry => entry.Hosts));
            var coverage = new Coverage(survey.Prefixes);
            foreach (var sighting in activities.ReadSightings(Coverage.Activities)) coverage.Note(sighting);
            return TypedResults.Ok(coverage.Answer(seen, names.File.Networks.Concat(told.Where(hosts => !hosts.IsSingle))));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
        catch (Exception failure) when (HostEndpoints.IsBusy(failure, context))
        {
            return HostEndpoints.Busy(failure);
        }
    }
}

/// <summary>What is covered, as far as is known.</summary>
internal sealed record CoverageJson(
    [property: Description(
        "Networks (/24 of IPv4, /64 of IPv6) with hosts that did RPC, SMB, WinRM, Kerberos or LDAP, those with most hosts first, at " +
        "most 2000.")]
    IReadOnlyList<CoveredPrefixJson> Prefixes,
    [property: Description("How many such networks there are.")] int TotalPrefixes,
    [property: Description(
        "Networks of the names file and of told roles in which no host was seen, in order of address, at most 1000: either nothing of " +
        "this kind is done there, or no exporter sees it.")]
    IReadOnlyList<string> NeverSeen,
    [property: Description("How many such networks there are.")] int TotalNeverSeen);

/// <summary>What is known of a network.</summary>
internal sealed record CoveredPrefixJson(
    string Prefix,
    [property: Description("How many of its addresses are known.")] int Hosts,
    [property: Description("Start of the last hour in which one was seen; absent when not known.")] DateTimeOffset? LastSeen,
    [property: Description(
        "Exporters that saw flows of its hosts lately: in the hours that are still open, and in the latest activities. One that is " +
        "missing may see them, too.")]
    IReadOnlyList<string> Exporters);
