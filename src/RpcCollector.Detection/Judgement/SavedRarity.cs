using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement;

/// <summary>How rare a finding is, in the saved state: a set of what is known, then each of it.</summary>
internal static class SavedRarity
{
    [Flags]
    private enum Known : ushort
    {
        None = 0,
        Service = 1,
        Server = 2,
        PairSeen = 4,
        PairDays = 8,
        PairFlows = 16,
        Client = 32,
        Octets = 64,
        IsUpload = 128,
        Percentile = 256,
        OfRole = 512,
    }

    public static void Write(BinaryWriter to, FindingRarity? rarity)
    {
        if (rarity is null)
        {
            to.Write((ushort)Known.None);
            return;
        }

        // 1. What is known.
        var known = Known.Service;
        if (rarity.ServerClients is not null) known |= Known.Server;
        if (rarity.PairFirstSeenUnixMilliseconds is not null) known |= Known.PairSeen;
        if (rarity.PairDays is not null) known |= Known.PairDays;
        if (rarity.PairFlows is not null) known |= Known.PairFlows;
        if (rarity.ClientServersLike is not null) known |= Known.Client;
        if (rarity.Octets is not null) known |= Known.Octets;
        if (rarity.IsUpload == true) known |= Known.IsUpload;
        if (rarity.OctetsPercentile is not null) known |= Known.Percentile;
        if (rarity.OctetsOfRole is not null) known |= Known.OfRole;
        to.Write((ushort)known);

        // 2. Each of it.
        to.Write((byte)EdgeServiceName.Named(rarity.Service));
        to.Write(rarity.KnownHours);
        if (rarity.ServerClients is { } clients) to.Write(clients);
        if (rarity.ServerClients is not null) to.Write(rarity.ServerClientsLike ?? 0);
        if (rarity.PairFirstSeenUnixMilliseconds is { } first) to.Write(first);
        if (rarity.PairDays is { } days) to.Write(days);
        if (rarity.PairFlows is { } flows) to.Write(flows);
        if (rarity.ClientServersLike is { } servers) to.Write(servers);
        if (rarity.Octets is { } octets)
        {
            to.Write(octets);
            to.Write((byte)EdgeServiceName.Named(rarity.OctetsService ?? rarity.Service));
        }

        if (rarity.OctetsPercentile is { } percentile)
        {
            to.Write((byte)percentile);
            to.Write(rarity.OctetsFlows ?? 0);
        }

        if (rarity.OctetsOfRole is { } role) to.Write((byte)role);
    }

    /// <param name="check">Refuses what cannot be.</param>
    public static FindingRarity? Read(BinaryReader from, Action<bool, string> check)
    {
        var known = (Known)from.ReadUInt16();
        if (known == Known.None) return null;
        check(known.HasFlag(Known.Service) && (int)known <= 1_023, "an impossible rarity");
        var rarity = new FindingRarity { Service = Service(from, check), KnownHours = from.ReadInt32() };
        if (known.HasFlag(Known.Server)) rarity = rarity with { ServerClients = from.ReadInt32(), ServerClientsLike = from.ReadInt32() };
        if (known.HasFlag(Known.PairSeen)) rarity = rarity with { PairFirstSeenUnixMilliseconds = from.ReadInt64() };
        if (known.HasFlag(Known.PairDays)) rarity = rarity with { PairDays = from.ReadInt32() };
        if (known.HasFlag(Known.PairFlows)) rarity = rarity with { PairFlows = from.ReadInt64() };
        if (known.HasFlag(Known.Client)) rarity = rarity with { ClientServersLike = from.ReadInt32() };
        if (known.HasFlag(Known.Octets))
            rarity = rarity with
            {
                Octets = from.ReadInt64(),
                OctetsService = Service(from, check),
                IsUpload = known.HasFlag(Known.IsUpload),
            };
        if (known.HasFlag(Known.Percentile)) rarity = rarity with { OctetsPercentile = from.ReadByte(), OctetsFlows = from.ReadInt64() };
        if (known.HasFlag(Known.OfRole)) rarity = rarity with { OctetsOfRole = (HostRole)from.ReadByte() };
        check(rarity is { KnownHours: >= 0, PairFirstSeenUnixMilliseconds: null or (>= 0 and < 1L << 48) }
            && Enum.IsDefined(rarity.OctetsOfRole ?? HostRole.Unknown), "an impossible rarity");
        return rarity;
    }

    private static string Service(BinaryReader from, Action<bool, string> check)
    {
        var service = from.ReadByte();
        check(service < EdgeServiceName.Count, "an unknown service");
        return EdgeServiceName.Of((EdgeService)service);
    }
}
