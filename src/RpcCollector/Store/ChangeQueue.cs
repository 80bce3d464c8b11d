namespace RpcCollector.Store;

/// <summary>
/// A queue of many writers and one reader, bounded in number: it grows by a piece when one is full, and lets go of each that is read, so
/// that what a burst took is free again after it.
/// </summary>
internal sealed class ChangeQueue<T>(int capacity)
    where T : struct
{
    // Of the largest change, a piece is still no large object of the runtime's.
    private const int PieceLength = 256;

    private readonly Lock _lock = new();
    private readonly Queue<T[]> _pieces = new();
    private T[]? _last;
    private T[]? _spare;
    private int _read;
    private int _written;
    private int _count;
    private bool _isComplete;
    private TaskCompletionSource<bool>? _waiting;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Pieces that are held now, of <c>256</c> changes each.</summary>
    public int Pieces
    {
        get
        {
            lock (_lock) return _pieces.Count + (_spare is null ? 0 : 1);
        }
    }

    /// <returns>False when it is full, or nothing may follow.</returns>
    public bool TryWrite(in T change)
    {
        TaskCompletionSource<bool>? waiting;
        lock (_lock)
        {
            if (_isComplete || _count >= capacity) return false;
            if (_last is null || _written == PieceLength)
            {
                (_last, _spare, _written) = (_spare ?? new T[PieceLength], null, 0);
                _pieces.Enqueue(_last);
            }

            _last[_written++] = change;
            _count++;
            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.SetResult(true);
        return true;
    }

    /// <summary>Appends the first of what waits.</summary>
    public void Take(List<T> changes, int most)
    {
        // Piece by piece: who writes meanwhile does not wait for all of it.
        for (var left = most; left > 0;)
        {
            lock (_lock)
            {
                if (_count == 0) return;
                var piece = _pieces.Peek();
                var taken = Math.Min(left, Math.Min(_count, PieceLength - _read));
                changes.AddRange(piece.AsSpan(_read, taken));
                (_read, _count, left) = (_read + taken, _count - taken, left - taken);
                if (_read == PieceLength || _count == 0) LetGo(piece);
            }
        }
    }

    /// <summary>Waits until something is there.</summary>
    /// <returns>False when nothing will come any more.</returns>
    public Task<bool> WaitAsync()
    {
        lock (_lock)
        {
            if (_count > 0) return Task.FromResult(true);
            if (_isComplete) return Task.FromResult(false);
            _waiting ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task;
        }
    }

    /// <summary>Nothing will follow.</summary>
    public void Complete()
    {
        TaskCompletionSource<bool>? waiting;
        lock (_lock)
        {
            _isComplete = true;
            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.SetResult(false);
    }

    // One is kept for what comes next, and refers to nothing any more.
    private void LetGo(T[] piece)
    {
        _pieces.Dequeue();
        _read = 0;
        if (ReferenceEquals(piece, _last)) _last = null;
        if (_spare is not null) return;
        Array.Clear(piece);
        _spare = piece;
    }
}
