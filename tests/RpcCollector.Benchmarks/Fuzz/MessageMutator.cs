using System.Buffers.Binary;

namespace RpcCollector.Benchmarks.Fuzz;

/// <summary>
/// Makes export Messages that no exporter would send, out of such as exporters did send: it knows of headers, Sets, counts, lengths and
/// ids, and damages one or several of them; or it builds the worst that a Message can hold.
/// </summary>
internal sealed class MessageMutator(IReadOnlyList<byte[]> seeds, Random random)
{
    private const int MostEdits = 6;
    private const int OneInBuilt = 400;
    private const int Ipfix = 10;
    private const int NetFlowV9 = 9;
    private const int SetHeader = 4;

    private static readonly ushort[] Interesting =
        [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 64, 127, 128, 255, 256, 257, 258, 259, 260, 512, 1023, 1024,
            0x7FFF, 0x8000, 0xFFFE, 0xFFFF];

    // Elements whose values the decoder reads, so that damaged Templates still make flows.
    private static readonly ushort[] Elements =
        [1, 2, 4, 6, 7, 8, 11, 12, 21, 22, 27, 28, 34, 50, 130, 131, 136, 150, 151, 152, 153, 154, 156, 158, 160, 210, 231, 233, 239,
            305, 309];

    private static readonly ushort[] Lengths = [0, 1, 2, 3, 4, 4, 4, 8, 8, 16, 17, 255, 256, 65_534, 65_535];

    private readonly byte[] _octets = new byte[65_535];
    private int _length;

    /// <summary>The next Message; valid until the one after it.</summary>
    public ReadOnlySpan<byte> Next()
    {
        if (random.Next(OneInBuilt) == 0)
        {
            Build();
        }
        else
        {
            Take(seeds[random.Next(seeds.Count)]);
            for (var edits = random.Next(MostEdits); edits > 0; edits--) Edit();
        }

        return _octets.AsSpan(0, _length);
    }

    private int Version => _length < 2 ? 0 : Read(0);

    private int HeaderLength => Version == NetFlowV9 ? 20 : Version == Ipfix ? 16 : 24;

    private void Edit()
    {
        switch (random.Next(14))
        {
            case 0: Put(random.Next(_length + 1), (byte)(1 << random.Next(8)), isFlip: true); break;
            case 1: Put(random.Next(_length + 1), (byte)random.Next(256), isFlip: false); break;
            case 2: PutWord(random.Next(_length + 1)); break;
            case 3: PutWord(random.Next(HeaderLength) & ~1); break;
            case 4: _length = random.Next(_length + 1); break;
            case 5: Grow(random.Next(64)); break;
            case 6 when FindSet(out var place): PutWord(place); break;
            case 7 when FindSet(out var place): PutWord(place + 2); break;
            case 8 when FindSet(out var place): PutWord(place + SetHeader + (random.Next(8) * 2)); break;
            case 9 when FindSet(out var place): Remove(place, Math.Min(Read(place + 2), _length - place)); break;
            case 10 when FindSet(out var place):
                Insert(_octets.AsSpan(place, Math.Min(Read(place + 2), _length - place)).ToArray());
                break;
            case 11: Splice(seeds[random.Next(seeds.Count)]); break;
            case 12: Insert(Template(random.Next(1, 12))); break;
            default: Insert(Data()); break;
        }

        // Most Messages of IPFIX say how long they are, so that more than the header is read.
        if (Version == Ipfix && random.Next(8) != 0) BinaryPrimitives.WriteUInt16BigEndian(_octets.AsSpan(2), (ushort)_length);
    }

    /// <summary>The worst that a Message can hold: Templates, withdrawals, empty Sets or records of one octet.</summary>
    private void Build()
    {
        Take(seeds[random.Next(seeds.Count)]);
        if (Version is not Ipfix and not NetFlowV9) BinaryPrimitives.WriteUInt16BigEndian(_octets, Ipfix);
        _length = HeaderLength;
        var kind = random.Next(6);
        if (kind == 5) Insert(Template(random.Next(400), isSmall: true));
        var most = random.Next(4) == 0 ? 65_000 : random.Next(64, 8_192);
        var begin = _length;
        Grow(SetHeader);
        while (_length < most)
        {
            switch (kind)
            {
                case 0: PutTemplateRecord(256 + random.Next(6_000), random.Next(1, 4), isSmall: false); break;
                case 1: Append((ushort)(random.Next(4) == 0 ? 2 : 256 + random.Next(64)), 0); break;
                case 2: Append((ushort)(256 + random.Next(4_096)), SetHeader); break;
                case 3: PutTemplateRecord(256 + random.Next(4), random.Next(200), isSmall: true); break;
                case 4: Append(Interesting[random.Next(Interesting.Length)], Interesting[random.Next(Interesting.Length)]); break;
                default: Append(0, 0); break;
            }
        }

        var templates = Version == Ipfix ? 2 + random.Next(2) : random.Next(2);
        BinaryPrimitives.WriteUInt16BigEndian(_octets.AsSpan(begin), (ushort)(kind is 0 or 1 or 3 ? templates : 256 + random.Next(8)));
        BinaryPrimitives.WriteUInt16BigEndian(_octets.AsSpan(begin + 2), (ushort)(kind == 2 ? SetHeader : _length - begin));
        if (Version == Ipfix) BinaryPrimitives.WriteUInt16BigEndian(_octets.AsSpan(2), (ushort)_length);
    }

    private void Take(byte[] seed)
    {
        _length = Math.Min(seed.Length, _octets.Length);
        seed.AsSpan(0, _length).CopyTo(_octets);
    }

    /// <summary>A Template Set of one Template.</summary>
    private byte[] Template(int fields, bool isSmall = false)
    {
        var kept = _length;
        Append((ushort)(Version == Ipfix ? 2 : 0), 0);
        PutTemplateRecord(256 + random.Next(8), fields, isSmall);
        var set = _octets.AsSpan(kept, _length - kept).ToArray();
        _length = kept;
        if (set.Length >= SetHeader) BinaryPrimitives.WriteUInt16BigEndian(set.AsSpan(2), (ushort)set.Length);
        return set;
    }

    private void PutTemplateRecord(int id, int fields, bool isSmall)
    {
        Append((ushort)id, (ushort)fields);
        for (var i = 0; i < fields; i++)
        {
            Append(
                Elements[random.Next(Elements.Length)],
                isSmall ? (ushort)(random.Next(40) == 0 ? 65_535 : random.Next(20) == 0 ? 1 : 0) : Lengths[random.Next(Lengths.Length)]);
        }
    }

    private byte[] Data()
    {
        var set = new byte[SetHeader + random.Next(200)];
        random.NextBytes(set);
        BinaryPrimitives.WriteUInt16BigEndian(set, (ushort)(256 + random.Next(8)));
        BinaryPrimitives.WriteUInt16BigEndian(set.AsSpan(2), (ushort)set.Length);
        return set;
    }

    private void Splice(byte[] other)
    {
        var from = Math.Min(other.Length, HeaderLength + random.Next(64));
        Insert(other.AsSpan(from, Math.Min(other.Length - from, random.Next(512))).ToArray());
    }

    private bool FindSet(out int place)
    {
        place = HeaderLength;
        for (var skip = random.Next(6); skip > 0 && place + SetHeader <= _length; skip--)
        {
            var length = Read(place + 2);
            if (length < SetHeader || place + length + SetHeader > _length) break;
            place += length;
        }

        return place + SetHeader <= _length;
    }

    private int Read(int place) => BinaryPrimitives.ReadUInt16BigEndian(_octets.AsSpan(place));

    private void Append(ushort first, ushort second)
    {
        if (_length + SetHeader > _octets.Length) return;
        BinaryPrimitives.WriteUInt16BigEndian(_octets.AsSpan(_length), first);
        BinaryPrimitives.WriteUInt16BigEndian(_octets.AsSpan(_length + 2), second);
        _length += SetHeader;
    }

    private void Put(int place, byte value, bool isFlip)
    {
        if (place < _length) _octets[place] = (byte)(isFlip ? _octets[place] ^ value : value);
    }

    private void PutWord(int place)
    {
        if (place + 2 > _length) return;
        var value = random.Next(3) == 0 ? Read(place) + random.Next(-4, 5) : Interesting[random.Next(Interesting.Length)];
        BinaryPrimitives.WriteUInt16BigEndian(_octets.AsSpan(place), (ushort)value);
    }

    private void Grow(int octets)
    {
        octets = Math.Min(octets, _octets.Length - _length);
        _octets.AsSpan(_length, octets).Clear();
        _length += octets;
    }

    private void Remove(int place, int length)
    {
        _octets.AsSpan(place + length, _length - place - length).CopyTo(_octets.AsSpan(place));
        _length -= length;
    }

    /// <summary>Puts a Set behind the header or at the end.</summary>
    private void Insert(byte[] set)
    {
        if (_length + set.Length > _octets.Length || _length < HeaderLength) return;
        var place = random.Next(2) == 0 ? HeaderLength : _length;
        _octets.AsSpan(place, _length - place).CopyTo(_octets.AsSpan(place + set.Length));
        set.CopyTo(_octets.AsSpan(place));
        _length += set.Length;
    }
}
