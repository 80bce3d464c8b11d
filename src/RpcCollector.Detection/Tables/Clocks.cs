using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Detection.Tables;

/// <summary>The clocks that timed the held flows: whose they are, and their latest correction. Witnesses refer to them by index.</summary>
internal sealed class Clocks
{
    private readonly RowStore<ClockRow> _rows = new();
    private readonly HashIndex<ClockRow> _index;

    public Clocks() => _index = new HashIndex<ClockRow>(_rows);

    public int Count => _rows.Count;

    public long Bytes => _rows.Bytes + _index.Bytes;

    public ref readonly ClockRow this[int index] => ref _rows[index];

    /// <summary>Takes what a flow start says of its clock.</summary>
    public void Observe(int index, in FlowStart start) => Observe(index, start.ExporterId, start.ClockCorrectionMilliseconds);

    public void Observe(int index, int exporterId, int correctionMilliseconds)
    {
        ref var row = ref _rows[index];
        (row.ExporterId, row.CorrectionMilliseconds) = (exporterId, correctionMilliseconds);
    }

    /// <summary>The index of a clock; counts one more witness that uses it.</summary>
    public int Retain(ulong clockKey)
    {
        var index = _index.Find(new ClockRow.Key(clockKey));
        if (index < 0)
        {
            _rows.Add(out index) = new ClockRow { ClockKey = clockKey };
            _index.Add(index);
        }

        _rows[index].References++;
        return index;
    }

    public void Release(int index)
    {
        if (--_rows[index].References > 0) return;
        _index.Remove(index);
        _rows.Remove(index);
    }
}
