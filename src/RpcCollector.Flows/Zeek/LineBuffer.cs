namespace RpcCollector.Flows.Zeek;

/// <summary>Cuts what is read from a file into lines; a line that is too long is skipped.</summary>
public sealed class LineBuffer(int maxLength = ZeekLog.MaxLineLength)
{
    private byte[] _octets = new byte[Math.Min(1 << 16, maxLength)];
    private int _start;
    private int _end;
    private int _searched;
    private bool _isSkipping;

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
        else if (_end == _octets.Length) SkipLine();
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

    /// <summary>The rest of the file after the last line end; false when there is none.</summary>
    public bool TryTakeRest(out ReadOnlySpan<byte> line, out bool isTooLong)
    {
        line = default;
        isTooLong = false;
        if (_end == _start && !_isSkipping) return false;
        Take(_end, 0, out line, out isTooLong);
        return true;
    }

    /// <summary>Drops all octets and sets <see cref="Taken"/>, so that reading can go on at another place of the file.</summary>
    public void Reset(long taken)
    {
        _start = _end = _searched = 0;
        (_isSkipping, Taken) = (false, taken);
    }

    private void Take(int end, int numEnd, out ReadOnlySpan<byte> line, out bool isTooLong)
    {
        isTooLong = _isSkipping;
        line = isTooLong ? default : _octets.AsSpan(_start, end - _start);
        Taken += end + numEnd - _start;
        _start = _searched = end + numEnd;
        _isSkipping = false;
    }

    private void SkipLine()
    {
        Taken += _end;
        _start = _end = _searched = 0;
        _isSkipping = true;
    }
}
