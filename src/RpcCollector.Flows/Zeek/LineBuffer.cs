namespace RpcCollector.Flows.Zeek;

/// <summary>Cuts what is read of a file into lines; of a line that is too long only the end is looked for.</summary>
public sealed class LineBuffer(int maxLength = ZeekLog.MaxLineLength)
{
    private byte[] _octets = new byte[Math.Min(1 << 16, maxLength)];
    private int _start;
    private int _end;
    private int _searched;
    private bool _isPassingOver;

    /// <summary>Octets of the lines taken so far, their ends included.</summary>
    public long Taken { get; private set; }

    /// <summary>Room for the next octets, to be followed by <see cref="Add"/>; never empty when all lines have been taken.</summary>
    public Span<byte> Room()
    {
        if (_start > 0)
        {
            _octets.AsSpan(_start, _end - _start).CopyTo(_octets);
            (_start, _end, _searched) = (0, _end - _start, _searched - _start);
        }

        if (_end == _octets.Length && _octets.Length < maxLength) Array.Resize(ref _octets, Math.Min(_octets.Length * 2, maxLength));
        else if (_end == _octets.Length) PassOver();
        return _octets.AsSpan(_end);
    }

    public void Add(int length) => _end += length;

    /// <summary>The next whole line without its end, valid until room is asked for.</summary>
    /// <param name="isTooLong">True when the line had more octets than are kept; it is empty then.</param>
    public bool TryTake(out ReadOnlySpan<byte> line, out bool isTooLong)
    {
        line = default;
        isTooLong = false;
        var length = _octets.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
        if (length < 0)
        {
            _searched = _end;
            return false;
        }

        Take(_searched + length, 1, out line, out isTooLong);
        return true;
    }

    /// <summary>What stands behind the last end of a line; false when nothing does.</summary>
    public bool TryTakeRest(out ReadOnlySpan<byte> line, out bool isTooLong)
    {
        line = default;
        isTooLong = false;
        if (_end == _start && !_isPassingOver) return false;
        Take(_end, 0, out line, out isTooLong);
        return true;
    }

    /// <summary>Forgets all octets, and counts those taken anew.</summary>
    public void Reset(long taken)
    {
        _start = _end = _searched = 0;
        (_isPassingOver, Taken) = (false, taken);
    }

    private void Take(int end, int numEnd, out ReadOnlySpan<byte> line, out bool isTooLong)
    {
        isTooLong = _isPassingOver;
        line = isTooLong ? default : _octets.AsSpan(_start, end - _start);
        Taken += end + numEnd - _start;
        _start = _searched = end + numEnd;
        _isPassingOver = false;
    }

    private void PassOver()
    {
        Taken += _end;
        _start = _end = _searched = 0;
        _isPassingOver = true;
    }
}
