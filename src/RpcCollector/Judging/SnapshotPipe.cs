using System.Collections.Concurrent;

namespace RpcCollector.Judging;

/// <summary>
/// Takes a snapshot from the judge's thread to the one that writes it, part by part. While the disk does not keep up the judge waits,
/// for some seconds in all; then the snapshot is given up.
/// </summary>
/// <param name="beat">Called by the judge's thread at each part.</param>
/// <param name="isLate">True once the process ends without it, on either thread; null where it may take its time.</param>
internal sealed class SnapshotPipe(Action beat, Func<bool>? isLate = null) : Stream
{
    // What most judges know, so that they wait for nothing.
    private const int MostParts = 64;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly BlockingCollection<SnapshotPart> _parts = new(MostParts);
    private SnapshotPart _open = new();
    private long _waited;
    private volatile bool _isGivenUp;
    private volatile bool _isUnread;
    private bool _isRead;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="TimeoutException">The disk does not keep up, or it is late.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            buffer = _open.Add(buffer);
            if (_open.IsFull) Hand();
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    /// <summary>Nothing more comes.</summary>
    public void End()
    {
        if (_open.Count > 0) Hand();
        _open.Dispose();
        _parts.CompleteAdding();
    }

    /// <summary>What was written is no snapshot: whoever reads it shall forget it.</summary>
    public void GiveUp()
    {
        _isGivenUp = true;
        _open.Dispose();
        _parts.CompleteAdding();
    }

    /// <summary>Whoever reads has ended, and reads no more.</summary>
    public void EndReading()
    {
        _isUnread = true;
        while (_parts.TryTake(out var part)) part.Dispose();
    }

    /// <summary>On the other thread: everything that is written, until its end.</summary>
    /// <exception cref="IOException">It was given up, or part of it was read before: a second attempt would have only the rest.</exception>
    /// <exception cref="OperationCanceledException">It is late.</exception>
    public void ReadInto(Stream target, Action partWritten)
    {
        if (_isRead) throw new IOException("The snapshot cannot be written a second time.");
        _isRead = true;
        foreach (var part in _parts.GetConsumingEnumerable())
        {
            using (part)
            {
                ThrowIfLate();
                if (_isGivenUp) break;
                target.Write(part.Octets);
            }

            partWritten();
        }

        if (!_isGivenUp) return;
        ThrowIfLate();
        throw new IOException("The snapshot was given up: the disk does not keep up.");
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void ThrowIfLate()
    {
        if (isLate?.Invoke() == true) throw new OperationCanceledException("The process ends before the snapshot is written.");
    }

    private void Hand()
    {
        if (isLate?.Invoke() == true) throw new TimeoutException("The process ends.");
        var (part, isHanded) = (_open, false);
        _open = new SnapshotPart();
        try
        {
            while (!_isUnread && !(isHanded = _parts.TryAdd(part, millisecondsTimeout: 0)))
            {
                beat();
                if (_waited >= LongestWait.TotalMilliseconds) throw new TimeoutException("The disk does not keep up.");
                var began = Environment.TickCount64;
                if (isHanded = _parts.TryAdd(part, millisecondsTimeout: 100)) break;
                _waited += Math.Max(1, Environment.TickCount64 - began);
            }
        }
        finally
        {
            if (!isHanded) part.Dispose();
        }

        beat();
    }
}
