using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Wire;

/// <summary>Changes for the judge with any value in any field.</summary>
internal sealed class RandomChanges
{
    public const long Began = 1_767_225_600_000;

    private const string Letters = "abcXYZ09 .-_@'\\äß…漢🙂";

    private readonly Random _random;
    private readonly int[] _exporterIds = new int[6];

    public RandomChanges(int seed)
    {
        _random = new Random(seed);
        for (var i = 0; i < _exporterIds.Length; i++) Exporters.TryGetId(Address(), out _exporterIds[i]);
        _exporterIds[0] = Exporters.Unnamed;
    }

    public ExporterDirectory Exporters { get; } = new();

    public object Next() => _random.Next(10) switch
    {
        0 => Operation(),
        1 => Lease(),
        2 => Verdict(),
        3 => ToldRole(),
        < 7 => Activity(),
        _ => Contact(),
    };

    public ActivityChange Activity() => new((ActivityChangeKind)_random.Next(3), new RpcActivity
    {
        Id = _random.NextInt64(long.MinValue, long.MaxValue),
        Basis = (JoinBasis)_random.Next(1, 5),
        Client = Address(),
        Server = Address(),
        Mapper = IsSo() ? Span() : null,
        Endpoint = IsSo() ? Span() : null,
        Interfaces = (RpcInterfaces)_random.NextInt64(1L << 32),
        Exporters = SeenBy(),
        SamplingInterval = (uint)_random.NextInt64(1L << 32),
        Traffic = Traffic(),
        Translated = IsSo() ? Translated() : null,
    });

    public ContactChange Contact() => new((ActivityChangeKind)_random.Next(3), new AdministrationContact
    {
        Id = _random.NextInt64(long.MinValue, long.MaxValue),
        Client = Address(),
        Server = Address(),
        Flow = Span(),
        Exporters = SeenBy(),
        SamplingInterval = (uint)_random.NextInt64(1L << 32),
        Traffic = Traffic(),
        Translated = IsSo() ? Translated() : null,
    });

    public RpcOperation Operation() => new()
    {
        AtUnixMilliseconds = Time(),
        Client = Address(),
        Server = Address(),
        ClientPort = Port(),
        ServerPort = Port(),
        Uid = Text()!,
        Interface = Text()!,
        Operation = Text()!,
    };

    public AddressLease Lease() => new(Address(), (ulong)_random.NextInt64(), Time(), Time());

    public Verdict Verdict() => new(
        FindingKind.PeerToPeerRpc, Address(), IsSo() ? Address() : null, (VerdictMeaning)_random.Next(1, 3), Text()!, Text()!, Time(),
        IsSo() ? long.MaxValue : null)
    {
        ClientPeriod = _random.NextInt64(),
        ServerPeriod = _random.NextInt64(),
    };

    public ToldRole ToldRole() => new(
        AddressPrefix.Around(Address(), _random.Next(129)), IsSo() ? (HostRole)_random.Next(7) : null, Text()!, Text()!, Time());

    private FlowSpan Span() => new(Port(), Port(), Time(), Time());

    private FlowTraffic Traffic() => new(
        (uint)_random.NextInt64(1L << 32), (uint)_random.NextInt64(1L << 32), (byte)_random.Next(256), (byte)_random.Next(256),
        (FlowHalf)_random.Next(4), (DirectionConfidence)_random.Next(6));

    private TranslatedEnds Translated() => new(IsSo() ? Address() : default, Port(), Address(), Port());

    private ExporterSet SeenBy()
    {
        var set = default(ExporterSet);
        for (var left = _random.Next(6); left > 0; left--) set.Add(_exporterIds[_random.Next(_exporterIds.Length)], Exporters);
        return set;
    }

    private HostAddress Address() => IsSo()
        ? HostAddress.FromIPv4((uint)_random.NextInt64(1, 1L << 32))
        : new HostAddress((ulong)_random.NextInt64(long.MinValue, long.MaxValue), (ulong)_random.NextInt64());

    private string? Text()
    {
        if (_random.Next(8) == 0) return null;
        var runes = Letters.EnumerateRunes().ToList();
        return string.Concat(Enumerable.Range(0, _random.Next(20)).Select(_ => runes[_random.Next(runes.Count)].ToString()));
    }

    private long Time() => _random.Next(10) == 0 ? _random.NextInt64(1L << 48) : Began + _random.Next(86_400_000);

    private ushort Port() => (ushort)_random.Next(65_536);

    private bool IsSo() => _random.Next(2) == 0;
}
