using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RpcCollector.Judging;

/// <summary>
/// A part of a snapshot on its way to the disk. It lies outside the garbage-collected heap, where parts would stay until everything is
/// collected, or be kept for later: of a large network that is some 50 MiB between snapshots that are minutes apart.
/// </summary>
internal sealed unsafe class SnapshotPart : SafeHandleZeroOrMinusOneIsInvalid
{
    public const int MaxOctets = 1 << 20;

    public SnapshotPart() : base(ownsHandle: true) => SetHandle((nint)NativeMemory.Alloc(MaxOctets));

    /// <summary>How many octets it holds.</summary>
    public int Count { get; private set; }

    public bool IsFull => Count == MaxOctets;

    public ReadOnlySpan<byte> Octets => new((void*)handle, Count);

    /// <summary>Adds as many octets as there is room for; returns the rest.</summary>
    public ReadOnlySpan<byte> Add(ReadOnlySpan<byte> octets)
    {
        var some = octets[..Math.Min(octets.Length, MaxOctets - Count)];
        some.CopyTo(new Span<byte>((byte*)handle + Count, some.Length));
        Count += some.Length;
        return octets[some.Length..];
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
