using RpcCollector.Flows.Suricata;

namespace RpcCollector.Detection.Operations;

/// <summary>
/// Which pipes Suricata's smb events open: they name the share where it is connected to, and the pipe where that is opened.
/// </summary>
/// <remarks>
/// A file of a pipe's name in any other share is a file, so a share counts as that of pipes only where its connecting was seen.
/// Bounded: when the younger half is full, the older is forgotten.
/// </remarks>
internal sealed class EvePipes(int capacity = 65_536)
{
    private HashSet<(int Sensor, ulong FlowId, ulong Tree)> _younger = [];
    private HashSet<(int Sensor, ulong FlowId, ulong Tree)> _older = [];

    public int Count => _younger.Count + _older.Count;

    /// <summary>Zeek's name of the interface whose pipe an event opens; null when it opens none.</summary>
    /// <param name="flowId">Null where the event names no flow: then what it opens belongs to no share that is known.</param>
    public string? InterfaceOf(EveEvent read, int sensor, ulong? flowId, ulong? tree)
    {
        if (IsFailure(read[EveField.SmbStatus])) return null;
        var share = read.Has(EveField.NamedPipe) ? read[EveField.NamedPipe] : read[EveField.SharePath];
        if (!share.IsEmpty)
        {
            if (NamedPipe.IsOfPipes(share) && flowId is { } flow && tree is { } id) Note((sensor, flow, id));
            return read.Has(EveField.NamedPipe)
                ? NamedPipe.InterfaceOf(share) ?? NamedPipe.InterfaceOfPath(share)
                : NamedPipe.InterfaceOfPath(share);
        }

        return flowId is { } ofFlow && tree is { } inTree && IsOfPipes((sensor, ofFlow, inTree))
            ? NamedPipe.InterfaceOf(read[EveField.FileName])
            : null;
    }

    private bool IsOfPipes((int Sensor, ulong FlowId, ulong Tree) share) => _younger.Contains(share) || _older.Contains(share);

    private void Note((int Sensor, ulong FlowId, ulong Tree) share)
    {
        if (_younger.Count >= capacity / 2 && !_younger.Contains(share)) (_older, _younger) = (_younger, []);
        _younger.Add(share);
    }

    private static bool IsFailure(ReadOnlySpan<byte> status)
    {
        if (status.StartsWith("0x"u8)) status = status[2..];
        return status.ContainsAnyExcept((byte)'0');
    }
}
