using System.Buffers;

namespace RpcCollector.Store.Inputs;

/// <summary>A chunk of which somebody keeps a copy for a while.</summary>
/// <remarks>In a rented array: what is so large, and soon thrown away, sets off collections of everything.</remarks>
internal readonly struct RentedChunk
{
    private readonly byte[] _rented;

    private RentedChunk(InputChunk chunk, byte[] rented) => (Chunk, _rented) = (chunk, rented);

    public InputChunk Chunk { get; }

    public int Length => Chunk.Octets.Length;

    public static RentedChunk CopyOf(in InputChunk chunk)
    {
        var rented = ArrayPool<byte>.Shared.Rent(chunk.Octets.Length);
        chunk.Octets.CopyTo(rented);
        return new RentedChunk(chunk with { Octets = rented.AsMemory(0, chunk.Octets.Length) }, rented);
    }

    /// <summary>Nobody reads it any more.</summary>
    public void Return() => ArrayPool<byte>.Shared.Return(_rented);
}
