using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>What people tell of roles, as the tests write it.</summary>
internal static class Telling
{
    /// <summary>At the judge's own time.</summary>
    /// <param name="role">Null to take it back.</param>
    public static Court Tell(this Court court, string hosts, HostRole? role, string who = "Ada", string why = "a test")
    {
        court.Judge.Tell(Of(hosts, role, who, why));
        return court;
    }

    public static ToldRole Of(string hosts, HostRole? role, string who = "Ada", string why = "a test")
    {
        Assert.True(AddressPrefix.TryParse(hosts, out var prefix));
        return new ToldRole(prefix, role, who, why, Court.Start);
    }
}
