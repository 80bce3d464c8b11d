using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using RpcCollector.Lab.Synthetic;

namespace RpcCollector.Benchmarks.Load;

/// <summary>A forger's export over loopback, where every address of 127.0.0.0/8 may send.</summary>
internal abstract class Flood
{
    protected const int HeaderLength = 16;

    public static readonly IReadOnlyList<string> Kinds = ["templates", "waiting", "senders"];

    /// <summary>Datagrams sent so far.</summary>
    public long Sent { get; private set; }

    public long Octets { get; private set; }

    public static Flood Of(string kind) => kind switch
    {
        "templates" => new TemplateFlood(),
        "waiting" => new WaitingFlood(),
        "senders" => new SenderFlood(),
        _ => throw new ArgumentException($"flood: '{kind}' is none of {string.Join(", ", Kinds)}", nameof(kind)),
    };

    /// <summary>Sends for so long.</summary>
    public void Run(int port, TimeSpan duration)
    {
        // Three sockets are three Transport Sessions of each address.
        using var first = new SendBatch(new IPEndPoint(IPAddress.Loopback, port), 61_440);
        using var second = new SendBatch(new IPEndPoint(IPAddress.Loopback, port), 61_440);
        using var third = new SendBatch(new IPEndPoint(IPAddress.Loopback, port), 61_440);
        var began = Stopwatch.GetTimestamp();
        for (var turn = 0; Stopwatch.GetElapsedTime(began) < duration; turn++)
        {
            Send([first, second, third], turn);
            var next = Pause * (turn + 1);
            if (next - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } early) Thread.Sleep(early);
        }
    }

    /// <summary>From one turn to the next.</summary>
    protected abstract TimeSpan Pause { get; }

    protected abstract void Send(SendBatch[] sessions, int turn);

    protected void Add(SendBatch batch, int octets, uint source)
    {
        batch.Add(octets, source);
        Sent++;
        Octets += octets;
        if (batch.IsFull) batch.Send();
    }

    /// <summary>Writes the header of an IPFIX Message that ends at a place.</summary>
    protected static void PutHeader(Span<byte> datagram, int octets, uint domain = 0)
    {
        BinaryPrimitives.WriteUInt16BigEndian(datagram, 10);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], (ushort)octets);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[4..], (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt32BigEndian(datagram[8..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[12..], domain);
    }

    protected static int PutSetHeader(Span<byte> datagram, int place, int id, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(datagram[place..], (ushort)id);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[(place + 2)..], (ushort)length);
        return place + 4;
    }

    /// <summary>Writes a Template of two fields, which differ by a number.</summary>
    protected static int PutTemplate(Span<byte> datagram, int place, int id, int number)
    {
        ReadOnlySpan<int> words = [id, 2, 1 + (number & 0x3FFF), 1 + ((number >> 14) & 0xFF), 8, 4];
        foreach (var word in words)
        {
            BinaryPrimitives.WriteUInt16BigEndian(datagram[place..], (ushort)word);
            place += 2;
        }

        return place;
    }
}

/// <summary>40 datagrams a second of 60 KB, each with 5,000 Templates that nobody has seen before.</summary>
internal sealed class TemplateFlood : Flood
{
    private const uint Source = 0x7F42_0001;
    private const int Templates = 5_000;

    protected override TimeSpan Pause => TimeSpan.FromMilliseconds(25);

    protected override void Send(SendBatch[] sessions, int turn)
    {
        var datagram = sessions[0].Next;
        var place = PutSetHeader(datagram, HeaderLength, 2, 4 + (Templates * 12));
        for (var i = 0; i < Templates; i++) place = PutTemplate(datagram, place, 256 + i, (turn * Templates) + i);
        PutHeader(datagram, place);
        Add(sessions[0], place, Source);
        sessions[0].Send();
    }
}

/// <summary>
/// 64 senders fill the room for waiting Sets, some of them with Sets of one Template on whose layout two of their sessions disagree, and
/// change it every 250 ms.
/// </summary>
internal sealed class WaitingFlood : Flood
{
    private const uint FirstSource = 0x7F43_0001;
    private const int Senders = 64;
    private const int SetsADatagram = 1_000;
    private const int FillingTurns = 4;

    protected override TimeSpan Pause => TimeSpan.FromMilliseconds(250);

    protected override void Send(SendBatch[] sessions, int turn)
    {
        // From different networks: a bound for each must not be all that helps.
        for (uint sender = 0; sender < Senders; sender++)
        {
            var source = FirstSource + (sender << 8);
            if (turn < FillingTurns) Fill(sessions[2], source, turn);
            Change(sessions[0], source, turn * 2);
            Change(sessions[1], source, (turn * 2) + 1);
        }

        foreach (var session in sessions) session.Send();
    }

    private void Fill(SendBatch session, uint source, int turn)
    {
        var datagram = session.Next;
        var place = HeaderLength;
        for (var i = 0; i < SetsADatagram; i++)
            place = PutSetHeader(datagram, place, i % 8 == 0 ? 256 : 300 + (turn * SetsADatagram) + i, 4);
        PutHeader(datagram, place);
        Add(session, place, source);
    }

    private void Change(SendBatch session, uint source, int number)
    {
        var datagram = session.Next;
        var place = PutTemplate(datagram, PutSetHeader(datagram, HeaderLength, 2, 16), 256, number);
        PutHeader(datagram, place);
        Add(session, place, source);
    }
}

/// <summary>
/// 5,000 senders a second that nobody has seen before, up to 100,000, each with one Template and one Set that nothing reads.
/// </summary>
internal sealed class SenderFlood : Flood
{
    private const uint FirstSource = 0x7F50_0001;
    private const int Senders = 100_000;
    private const int SendersATurn = 50;

    protected override TimeSpan Pause => TimeSpan.FromMilliseconds(10);

    protected override void Send(SendBatch[] sessions, int turn)
    {
        for (var i = 0; i < SendersATurn; i++)
        {
            var number = ((turn * SendersATurn) + i) % Senders;
            var datagram = sessions[0].Next;
            var place = PutTemplate(datagram, PutSetHeader(datagram, HeaderLength, 2, 16), 256, number);
            place = PutSetHeader(datagram, place, 999, 104) + 100;
            PutHeader(datagram, place);
            Add(sessions[0], place, FirstSource + (uint)number);
        }

        sessions[0].Send();
    }
}
