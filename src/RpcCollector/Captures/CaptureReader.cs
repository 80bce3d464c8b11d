using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Captures;

/// <summary>
/// Reads the export datagrams of one file, or the lines of a Zeek log; the properties describe the one that was read last.
/// </summary>
internal abstract class CaptureReader : IDisposable
{
    private static readonly long LatestUnixMilliseconds = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private byte[] _payload = [];
    private int _length;

    protected CaptureReader(ByteSource source, CaptureTally tally) => (Source, Tally) = (source, tally);

    protected ByteSource Source { get; }

    protected CaptureTally Tally { get; }

    /// <summary>Octets of the file read so far.</summary>
    public long Position => Source.Position;

    public long UnixNanoseconds { get; private set; }

    /// <summary>When it was captured, clamped to the dates that .NET can represent.</summary>
    public long ArrivalUnixMilliseconds => Math.Clamp(UnixNanoseconds / 1_000_000, 0, LatestUnixMilliseconds);

    public TransportSession Session { get; private set; }

    public ReadOnlySpan<byte> Payload => _payload.AsSpan(0, _length);

    /// <summary>Opens a file by what it holds, never by its name; null when that is no capture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ordinal">Keeps the sessions of different files apart if the files do not state any.</param>
    /// <param name="zeek">Reads Zeek logs; null where Zeek logs do not count as captures.</param>
    /// <exception cref="StartupException">The file cannot be read.</exception>
    public static CaptureReader? Open(string path, int ordinal, CaptureTally tally, ZeekRecording? zeek = null)
    {
        ByteSource? source = null;
        try
        {
            source = new ByteSource(path);
            var reader = Recognise(source, ordinal, tally) ?? zeek?.Open(source, path, tally);
            if (reader is not null) source = null;
            return reader;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new StartupException(
                $"{path}: {(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message)}", e);
        }
        finally
        {
            source?.Dispose();
        }
    }

    /// <summary>The next export datagram or line; false at the end of what can be read.</summary>
    public abstract bool TryRead();

    public void Dispose() => Source.Dispose();

    protected void Take(long unixNanoseconds, in TransportSession session, ReadOnlySpan<byte> payload)
    {
        if (_payload.Length == 0) _payload = new byte[65_536];
        payload.CopyTo(_payload);
        (_length, Session) = (payload.Length, session);
        UnixNanoseconds = unixNanoseconds != CapturedPacket.NoTime ? unixNanoseconds : ExportHeader.UnixSeconds(payload) * 1_000_000_000L;
        Tally.Take(ExportHeader.IsSure(payload));
    }

    /// <summary>Sets the time of a line.</summary>
    protected void TakeAt(long unixNanoseconds) => UnixNanoseconds = unixNanoseconds;

    private static CaptureReader? Recognise(ByteSource source, int ordinal, CaptureTally tally)
    {
        if (!source.TryPeek(4, out var magic)) return null;
        if (PcapNgFile.IsPcapNg(magic)) return new PacketCaptureReader(new PcapNgFile(source), source, tally);
        if (PcapFile.IsPcap(magic)) return PcapFile.Open(source) is { } file ? new PacketCaptureReader(file, source, tally) : null;
        return IpfixFileReader.IsIpfix(source) ? new IpfixFileReader(source, ordinal, tally) : null;
    }
}
