namespace RpcCollector.Flows.Tests.Sampling;

/// <summary>
/// An exporter with selectors, interfaces and perhaps a domain that sample, drawn at random; and what it has said of them.
/// </summary>
internal sealed class DrawnSampling(Random random, int version)
{
    private static readonly uint[] Intervals = [1, 1, 2, 10, 100, 1000, 4096, 65_536];

    private readonly Dictionary<uint, uint> _ofSelectors = [];
    private readonly Dictionary<uint, uint> _ofInterfaces = [];
    private uint _ofDomain;
    private int _template = 300;

    /// <summary>What it will say, each at any time: of a few selectors, of a few interfaces, of the whole.</summary>
    public IEnumerable<Description> Descriptions()
    {
        for (var i = random.Next(5); i > 0; i--) yield return Of(_ofSelectors, WriteSelector, (uint)random.Next(1, 250));
        for (var i = random.Next(2) * random.Next(4); i > 0; i--) yield return Of(_ofInterfaces, WriteInterface, (uint)random.Next(1, 250));
        if (random.Next(4) == 0) yield return OfDomain();
    }

    /// <summary>A flow that names a selector, an interface, both or neither; and its interval by what was said until now.</summary>
    public (CapturedDatagram Datagram, uint Interval) Flow()
    {
        uint? selector = random.Next(3) == 0 ? null : Any(_ofSelectors);
        uint? ingress = random.Next(2) == 0 ? null : Any(_ofInterfaces);
        var (selectorLength, interfaceLength) = (random.Next(1, 9), random.Next(1, 5));
        var message = Message();
        message.Template(++_template, [.. Layout.Flow, .. Field(selector, random.Next(2) == 0 ? 48 : 302, selectorLength),
            .. Field(ingress, 10, interfaceLength)]);
        message.Set(_template, set =>
        {
            set.MapperFlow();
            if (selector is { } named) Number(set, named, selectorLength);
            if (ingress is { } number) Number(set, number, interfaceLength);
        });
        return (message.From(), IntervalOf(selector, ingress));
    }

    private static (int, int)[] Field(uint? value, int element, int length) => value is null ? [] : [(element, length)];

    private uint IntervalOf(uint? selector, uint? ingress)
    {
        if (selector is { } named && _ofSelectors.TryGetValue(named, out var ofSelector)) return ofSelector;
        if (ingress is { } number && _ofInterfaces.TryGetValue(number, out var ofInterface)) return ofInterface;
        if (_ofDomain != 0) return _ofDomain;
        return selector is null ? _ofSelectors.Values.DefaultIfEmpty().Max() : 0;
    }

    private uint Any(Dictionary<uint, uint> described) =>
        described.Count > 0 && random.Next(5) > 0 ? described.Keys.ElementAt(random.Next(described.Count)) : (uint)random.Next(250);

    private Description Of(Dictionary<uint, uint> told, Func<uint, uint, CapturedDatagram> write, uint id)
    {
        var interval = Intervals[random.Next(Intervals.Length)];
        return new Description(() =>
        {
            // Two drawn with one id would contradict each other.
            if (!told.TryAdd(id, interval)) interval = told[id];
            return write(id, interval);
        });
    }

    private Description OfDomain()
    {
        var interval = Intervals[random.Next(Intervals.Length)];
        return new Description(() =>
        {
            _ofDomain = interval;
            return Write(version == 9 ? [(1, 4)] : [(149, 4)], [], set => set.U32(1), _ => { }, interval);
        });
    }

    private CapturedDatagram WriteSelector(uint id, uint interval)
    {
        var length = ((int[])[1, 2, 4, 8])[random.Next(4)];
        var element = random.Next(2) == 0 ? 48 : 302;
        return random.Next(2) == 0 && version == 10
            ? Write([(element, length)], [], set => Number(set, id, length), _ => { }, interval)
            : Write(version == 9 ? [(1, 4)] : [(149, 4)], [(element, length)], set => set.U32(1), set => Number(set, id, length), interval);
    }

    private CapturedDatagram WriteInterface(uint id, uint interval)
    {
        var length = ((int[])[1, 2, 4])[random.Next(3)];
        return Write([(version == 9 ? 2 : 10, length)], [], set => Number(set, id, length), _ => { }, interval);
    }

    /// <summary>One options record, by an Options Template of its own, with the interval in one of the ways that there are.</summary>
    private CapturedDatagram Write(
        (int Element, int Length)[] scope, (int Element, int Length)[] fields, Action<MessageBuilder> writeScope,
        Action<MessageBuilder> writeFields, uint interval)
    {
        var taken = (uint)random.Next(1, 4);
        ((int Element, int Length)[] Stated, Action<MessageBuilder> Write) way = random.Next(7) switch
        {
            0 => ([(34, 4), (35, 1)], set => set.U32(interval).U8(2)),
            1 => ([(49, 1), (50, 4)], set => set.U8(2).U32(interval)),
            2 => ([(304, 2), (305, 4), (306, 4)], set => set.U16(1).U32(taken).U32(taken * (interval - 1))),
            3 => ([(304, 2), (309, 4), (310, 4)], set => set.U16(3).U32(taken).U32(taken * interval)),
            4 => ([(304, 2), (311, 8)], set => set.U16(4).U64(BitConverter.DoubleToUInt64Bits(1.0 / interval))),
            5 => ([(311, 4)], set => set.U32(BitConverter.SingleToUInt32Bits(1.0f / interval))),
            _ => ([(304, 2), (307, 4), (308, 4)], set => set.U16(2).U32(taken * 10).U32(taken * 10 * (interval - 1))),
        };
        var message = Message();
        message.OptionsTemplate(++_template, scope, [.. fields, .. way.Stated]);
        message.Set(_template, set =>
        {
            writeScope(set);
            writeFields(set);
            way.Write(set);
        });
        return message.From();
    }

    private MessageBuilder Message() => version == 9 ? MessageBuilder.NetFlowV9() : MessageBuilder.Ipfix();

    private static void Number(MessageBuilder set, uint value, int length)
    {
        for (var i = length - 1; i >= 0; i--) set.U8(i >= 4 ? 0 : (int)(value >> (8 * i)) & 0xFF);
    }
}

/// <summary>Something that an exporter says of how it samples.</summary>
/// <param name="Describe">The datagram that says so; from then on it is said.</param>
internal sealed record Description(Func<CapturedDatagram> Describe);
