namespace RpcCollector.Flows.Exporters;

/// <summary>What chose the packets of flows, as an exporter numbers it: unique within an Observation Domain.</summary>
public readonly record struct Selector(SelectorKind Kind, ulong Id) : IComparable<Selector>
{
    /// <summary>The Observation Domain as a whole.</summary>
    public static Selector WholeDomain => default;

    public int CompareTo(Selector other) => Kind != other.Kind ? Kind.CompareTo(other.Kind) : Id.CompareTo(other.Id);
}

/// <summary>Of what an options record says how it samples: a closed list. The numbers are saved.</summary>
public enum SelectorKind : byte
{
    /// <summary>The Observation Domain, or the exporter: neither names a part of it that a flow could name too.</summary>
    WholeDomain = 0,

    /// <summary>A selector (IE 302) or sampler (IE 48).</summary>
    Selector = 1,

    /// <summary>An interface by which flows come in (IE 10; v9: scope Interface).</summary>
    Interface = 2,
}

/// <summary>A selector, and one packet in how many it takes.</summary>
public readonly record struct SelectorInterval(Selector Selector, uint Interval);
