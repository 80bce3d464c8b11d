using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Naming;

namespace RpcCollector.Ecs;

/// <summary>Writes how rare a finding is, among the fields of our own: numbers as the API has them.</summary>
internal static class EcsRarity
{
    public static void Write(Utf8JsonWriter json, FindingRarity? known)
    {
        if (known is not { } rarity) return;
        json.WriteStartObject("rarity");
        json.WriteString("service", rarity.Service);
        json.WriteNumber("days", RarityWords.DaysOf(rarity));
        Number("server_clients", rarity.ServerClients);
        Number("server_clients_like", rarity.ServerClientsLike);
        if (rarity.PairFirstSeenUnixMilliseconds is { } first) json.WriteString("pair_first_seen", EcsFields.Time(first));
        Number("pair_days", rarity.PairDays);
        Number("pair_flows", rarity.PairFlows);
        Number("client_servers_like", rarity.ClientServersLike);
        Number("octets", rarity.Octets);
        if (RarityWords.WayOf(rarity) is { } way) json.WriteString("octets_way", way);
        if (rarity.OctetsService is { } service) json.WriteString("octets_service", service);
        Number("octets_percentile", rarity.OctetsPercentile);
        Number("octets_flows", rarity.OctetsFlows);
        if (RarityWords.ComparedWith(rarity) is { } whose) json.WriteString("octets_of", whose);
        json.WriteEndObject();

        void Number(string name, long? number)
        {
            if (number is { } some) json.WriteNumber(name, some);
        }
    }
}
