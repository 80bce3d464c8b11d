using RpcCollector.Detection;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Scale;

/// <summary>What became of a message of the judge in the log of a partition.</summary>
internal enum ToldOutcome
{
    /// <summary>It cannot be read, is about something else, or its parts do not follow each other.</summary>
    Refused,

    /// <summary>A version that is not greater than the one that counts.</summary>
    Repeated,

    /// <summary>A part; others have to follow.</summary>
    Noted,

    /// <summary>The last part: what counts from here on.</summary>
    Taken,
}

/// <summary>Takes what judges tell one partition of known endpoints, in the order of its log; what it does depends on that alone.</summary>
/// <remarks>
/// A version counts when its last part has come, if it is greater than the one that counts: so two judges that tell the same, or the late
/// message of one that has ended, do no harm. Where parts of two mix, the one that began last is completed.
/// </remarks>
internal sealed class ToldEndpointsReader
{
    private readonly ActMessageReader _reader = new(new ExporterDirectory(capacity: 1));
    private readonly List<LearnedEndpoint> _pending = [];
    private (string Source, ulong Epoch, ulong Version) _of = ("", 0, 0);
    private uint _nextPart;

    /// <summary>The version that counts; 0 before the first.</summary>
    public ulong Version { get; private set; }

    /// <summary>What counts; null before the first version.</summary>
    public ToldEndpoints? Current { get; private set; }

    /// <summary>True for a message of the judge's form, whatever it holds.</summary>
    public bool IsOne(ReadOnlySpan<byte> message) =>
        _reader.ReadHeader(message, out _) is not (WireRejection.TooShort or WireRejection.TooLong or WireRejection.WrongMagic);

    public ToldOutcome Take(ReadOnlyMemory<byte> message)
    {
        // 1. Is it what it has to be?
        if (!_reader.TryRead(message, out var header) || header.Partition != ActHeader.NoPartition || header.NumChanges == 0)
            return ToldOutcome.Refused;
        if (header.InputOffset <= Version) return ToldOutcome.Repeated;
        var of = (header.Source, header.SourceEpoch, header.InputOffset);
        if (header.Part != 0 && (header.Part != _nextPart || of != _of)) return ToldOutcome.Refused;

        // 2. A part that cannot be used takes those before it along.
        if (header.Part == 0) _pending.Clear();
        (_of, _nextPart) = (of, header.Part + 1);
        while (_reader.Read())
        {
            var isOfTopic = _reader is { Kind: ActChangeKind.Deed, Topic: KnownEndpointsMessages.Topic };
            if (isOfTopic && KnownEndpointsMessages.TryRead(_reader.Content.Span, _pending)) continue;
            Forget();
            return ToldOutcome.Refused;
        }

        if (!header.IsLast) return ToldOutcome.Noted;
        (Version, Current) = (header.InputOffset, new ToldEndpoints([.. _pending]));
        Forget();
        return ToldOutcome.Taken;
    }

    /// <summary>Writes what counts, and the parts that have come of the next.</summary>
    public void WriteTo(BinaryWriter to)
    {
        to.Write(Version);
        to.Write(Current is not null);
        Write(to, Current?.All ?? []);
        to.Write(_of.Source);
        to.Write(_of.Epoch);
        to.Write(_of.Version);
        to.Write(_nextPart);
        Write(to, _pending);
    }

    /// <exception cref="InvalidDataException">These are none.</exception>
    public void ReadFrom(BinaryReader from)
    {
        Version = from.ReadUInt64();
        var isTold = from.ReadBoolean();
        var current = new List<LearnedEndpoint>();
        Read(from, current);
        Current = isTold ? new ToldEndpoints(current) : null;
        _of = (from.ReadString(), from.ReadUInt64(), from.ReadUInt64());
        _nextPart = from.ReadUInt32();
        Read(from, _pending);
    }

    private void Forget()
    {
        _pending.Clear();
        (_of, _nextPart) = (("", 0, 0), 0);
    }

    private static void Write(BinaryWriter to, IReadOnlyList<LearnedEndpoint> endpoints)
    {
        to.Write(endpoints.Count);
        Span<byte> entry = stackalloc byte[KnownEndpointsMessages.EntryOctets];
        foreach (var endpoint in endpoints)
        {
            KnownEndpointsMessages.Write(entry, endpoint);
            to.Write(entry);
        }
    }

    private static void Read(BinaryReader from, List<LearnedEndpoint> to)
    {
        to.Clear();
        for (var count = from.ReadInt32(); count > 0; count--)
        {
            if (!KnownEndpointsMessages.TryRead(from.ReadBytes(KnownEndpointsMessages.EntryOctets), to) || to.Count == 0)
                throw new InvalidDataException("these are no known endpoints");
        }
    }
}
