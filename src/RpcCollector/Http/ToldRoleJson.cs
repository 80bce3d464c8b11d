using System.ComponentModel;
using System.Text.Json.Serialization;
using RpcCollector.Detection;
using RpcCollector.Naming;
using RpcCollector.Options;

namespace RpcCollector.Http;

/// <summary>A role that was told of a host.</summary>
internal sealed record ToldRoleJson(
    string Role,
    [property: Description("settings or person.")] string By,
    string? Who, string? Why, DateTimeOffset? At,
    [property: Description("The network that it was told of; absent when of this host alone.")] string? Prefix,
    [property: Description("Which setting tells it; absent when a person does.")] string? Setting)
{
    public const string BySettings = "settings";
    public const string ByPerson = "person";

    /// <summary>The setting that holds an entry.</summary>
    public static string SettingOf(int entry) =>
        $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Judgement)}:{nameof(JudgementOptions.Roles)}:{entry}";

    /// <param name="setting">The entry that tells it; negative when none does.</param>
    /// <param name="told">What a person told; null when nobody did, or the settings tell it.</param>
    public static ToldRoleJson? Of(int setting, RoleTable settings, ToldRole? told)
    {
        if (setting >= 0)
        {
            var (hosts, role) = settings.Entries[setting];
            return new ToldRoleJson(
                KebabCase<HostRole>.Of(role), BySettings, null, null, null, hosts.IsSingle ? null : hosts.ToString(), SettingOf(setting));
        }

        return told is { Role: { } byPerson }
            ? new ToldRoleJson(
                KebabCase<HostRole>.Of(byPerson), ByPerson, told.Who, told.Why, UtcMilliseconds.From(told.AtUnixMilliseconds),
                told.Hosts.IsSingle ? null : told.Hosts.ToString(), null)
            : null;
    }
}

/// <summary>A role as a person tells it of one host.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record HostRoleRequest(
    [property: Description(
        "unknown, workstation, server, management-server, scanner, domain-controller or directory-synchronizer.")] string? Role,
    [property: Description("Who tells it; asked for only where nobody has to log in.")] string? Who,
    [property: Description("Why.")] string? Why);

/// <summary>A role as a person tells it of a host or a network.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RoleRequest(
    [property: Description("Address, or a prefix such as 10.20.1.0/24.")] string? Address,
    [property: Description(
        "unknown, workstation, server, management-server, scanner, domain-controller or directory-synchronizer.")] string? Role,
    [property: Description("Who tells it; asked for only where nobody has to log in.")] string? Who,
    [property: Description("Why.")] string? Why);

/// <summary>A role that was told, of a host or a network.</summary>
internal sealed record RoleJson(
    [property: Description("The host, or the network without the length of its prefix.")] string Address,
    [property: Description("The network; absent for one host.")] string? Prefix,
    string Role,
    [property: Description("settings or person.")] string By,
    string? Who, string? Why, DateTimeOffset? At,
    [property: Description("Which setting tells it; absent when a person does.")] string? Setting,
    [property: Description("False where the settings tell another of all of these hosts.")] bool Acts)
{
    public static RoleJson From(int entry, RoleTable settings)
    {
        var (hosts, role) = settings.Entries[entry];
        return new RoleJson(
            hosts.Network.ToString(), hosts.IsSingle ? null : hosts.ToString(), KebabCase<HostRole>.Of(role), ToldRoleJson.BySettings,
            null, null, null, ToldRoleJson.SettingOf(entry), settings.Find(hosts) == entry);
    }

    public static RoleJson From(ToldRole told, RoleTable settings) => new(
        told.Hosts.Network.ToString(), told.Hosts.IsSingle ? null : told.Hosts.ToString(),
        KebabCase<HostRole>.Of(told.Role ?? HostRole.Unknown), ToldRoleJson.ByPerson, told.Who, told.Why,
        UtcMilliseconds.From(told.AtUnixMilliseconds), null, settings.Find(told.Hosts) < 0);
}

/// <summary>All roles that were told: those of the settings in their order, then those of people in order of address.</summary>
internal sealed record RolesPage(IReadOnlyList<RoleJson> Items);
