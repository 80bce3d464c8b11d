using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RpcCollector.Flows;

namespace RpcCollector.Detection.State;

/// <summary>The clocks by which the held flows were told: whose they are, and how far each is from its best estimate by now.</summary>
internal sealed class Clocks
{
    private readonly Dictionary<int, ClockFacts> _facts = [];

    // The latest flow start's, for most come from the same clock as the one before; a clock that is forgotten and comes again has to be told anew.
    private (int ClockId, int ExporterId, int Correction) _latest = (-1, -1, 0);

    public int Count => _facts.Count;

    // A dictionary entry: key, value, hash code and link, and its bucket.
    public long Bytes => (long)_facts.EnsureCapacity(0) * (Unsafe.SizeOf<ClockFacts>() + (4 * sizeof(int)));

    /// <summary>What is known of a clock; zeroes when nothing is.</summary>
    public ClockFacts this[int clockId] => _facts.GetValueOrDefault(clockId);

    /// <summary>Takes what a flow start says of its clock, which is held.</summary>
    public void Observe(in FlowStart start)
    {
        if (start.ClockId == _latest.ClockId && (start.ExporterId, start.ClockCorrectionMilliseconds) == (_latest.ExporterId, _latest.Correction)) return;
        _latest = (start.ClockId, start.ExporterId, start.ClockCorrectionMilliseconds);
        ref var facts = ref CollectionsMarshal.GetValueRefOrNullRef(_facts, start.ClockId);
        (facts.ExporterId, facts.CorrectionMilliseconds) = (start.ExporterId, start.ClockCorrectionMilliseconds);
    }

    public void Retain(int clockId) => CollectionsMarshal.GetValueRefOrAddDefault(_facts, clockId, out _).References++;

    public void Release(int clockId)
    {
        if (--CollectionsMarshal.GetValueRefOrNullRef(_facts, clockId).References > 0) return;
        _facts.Remove(clockId);
        if (clockId == _latest.ClockId) _latest.ClockId = -1;
    }
}

/// <summary>What is known of a clock.</summary>
internal struct ClockFacts
{
    /// <summary>Whose clock it is.</summary>
    public int ExporterId;

    /// <summary>To be added to its times for people.</summary>
    public int CorrectionMilliseconds;

    /// <summary>How many <see cref="WitnessRow"/> go by it.</summary>
    public int References;
}
