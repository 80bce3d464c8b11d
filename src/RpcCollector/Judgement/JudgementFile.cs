using System.Security.Cryptography;
using RpcCollector.Store;

namespace RpcCollector.Judgement;

/// <summary>The file that keeps, from one process to the next, what the judge knows: its name in eight octets, the SHA-256 of the rest, the rest.</summary>
internal sealed class JudgementFile(string folder, TimeProvider time)
{
    public const string FileName = "judgement.bin";

    private const int BufferBytes = 1 << 20;

    private readonly StateFile _file = new(folder, FileName, time);

    public string Path => _file.Path;

    private static ReadOnlySpan<byte> Name => "RPCJUDG1"u8;

    /// <summary>Replaces the file whole: whenever the process or the machine ends, the old content is there or the new.</summary>
    public void Save(Action<Stream> write) => _file.Save(file =>
    {
        file.Write(Name);
        file.Write(new byte[SHA256.HashSizeInBytes]);
        using var hash = SHA256.Create();
        using (var hashing = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true))
        using (var buffered = new BufferedStream(hashing, BufferBytes))
        {
            write(buffered);
        }

        file.Position = Name.Length;
        file.Write(hash.Hash!);
    });

    /// <returns>False when there is no file.</returns>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public bool Load(Action<Stream> read)
    {
        if (!File.Exists(Path)) return false;
        using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
        var head = new byte[Name.Length + SHA256.HashSizeInBytes];
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || !head.AsSpan(0, Name.Length).SequenceEqual(Name))
            throw new InvalidDataException("it does not begin as it should");
        if (!SHA256.HashData(file).AsSpan().SequenceEqual(head.AsSpan(Name.Length))) throw new InvalidDataException("its checksum is wrong");
        file.Position = head.Length;
        read(file);
        return true;
    }

    /// <summary>Renames a damaged file, so that a person may look at it.</summary>
    /// <returns>Its new name.</returns>
    public string SetAside() => _file.SetAside();
}
