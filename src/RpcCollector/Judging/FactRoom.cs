using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RpcCollector.Judging;

/// <summary>
/// Room for facts, that grows. Those that refer to nothing lie outside the garbage-collected heap: what is so large would set off
/// collections of everything while it grows. Where none has been yet, it takes no memory.
/// </summary>
internal sealed unsafe class FactRoom<T> : SafeHandleZeroOrMinusOneIsInvalid
    where T : struct
{
    private const int Fewest = 256;

    private readonly int _capacity;

    // Of facts that refer to others; empty for the rest.
    private T[] _facts = [];
    private int _length;

    private FactRoom(int capacity)
        : base(ownsHandle: true) => _capacity = capacity;

    /// <summary>Room for so many at most.</summary>
    public static FactRoom<T> For(int capacity) => new(capacity);

    /// <param name="place">Below the capacity; the next one after those that were filled, or one of them.</param>
    public void Fill(int place, in T fact)
    {
        if (place == _length) Grow();
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>()) _facts[place] = fact;
        else Unsafe.Add(ref Unsafe.AsRef<T>((void*)handle), place) = fact;
    }

    /// <summary>Good until the next that is filled.</summary>
    public ReadOnlySpan<T> First(int count) => RuntimeHelpers.IsReferenceOrContainsReferences<T>()
        ? _facts.AsSpan(0, count)
        : new ReadOnlySpan<T>((void*)handle, count);

    private void Grow()
    {
        var length = (int)Math.Min(_capacity, Math.Max(Fewest, 2L * _length));
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>()) Array.Resize(ref _facts, length);
        else SetHandle((nint)NativeMemory.Realloc((void*)handle, (nuint)length * (nuint)Unsafe.SizeOf<T>()));

        // Last: where there is no more memory, it is as long as it was.
        _length = length;
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
