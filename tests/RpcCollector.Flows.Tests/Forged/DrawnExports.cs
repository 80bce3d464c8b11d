namespace RpcCollector.Flows.Tests.Forged;

/// <summary>What one honest exporter sends: a Template now and then, and data by it in Messages of their own.</summary>
internal sealed class DrawnExports(Random random, int version)
{
    private const uint Boot = 500_000;

    private uint _sequence;
    private long _milliseconds;

    /// <summary>The time of the next Message, in milliseconds from the first.</summary>
    public long Now => _milliseconds;

    public CapturedDatagram Template(DrawnLayout layout)
    {
        var message = Message();
        message.Template(256, layout.Fields);
        return Sent(message, units: 0);
    }

    public CapturedDatagram Data(DrawnLayout layout, int records)
    {
        var message = Message();
        Write(message, layout, records);
        return Sent(message, records);
    }

    /// <summary>A Message with a Template that cannot be used, and perhaps data behind it.</summary>
    public CapturedDatagram Unusable(int kind, DrawnLayout? layout, int records)
    {
        var message = Message();
        UnusableTemplates.UnusableRecords.Write(message, 256, kind, version);
        if (layout is not null) Write(message, layout, records);
        return Sent(message, records);
    }

    public void Pass(long milliseconds) => _milliseconds += milliseconds;

    /// <summary>A Message that states another layout, with the present header, but a sequence number of nobody's.</summary>
    public CapturedDatagram Forged(DrawnLayout layout)
    {
        var message = Message(sequence: (uint)random.NextInt64(1L << 32));
        message.Template(256, layout.Fields);
        return At(message);
    }

    private void Write(MessageBuilder message, DrawnLayout layout, int records)
    {
        var (export, sysUpTime) = (MessageBuilder.ExportMilliseconds + _milliseconds, Boot + (uint)_milliseconds);
        message.Set(256, set =>
        {
            for (var i = 0; i < records; i++) layout.Write(set, random, export / 1000 * 1000, sysUpTime);
            if (version == 9 && !layout.IsVariableLength) set.Zeros((4 - (records * layout.Length % 4)) % 4);
        });
    }

    private MessageBuilder Message(uint? sequence = null)
    {
        var seconds = MessageBuilder.ExportSeconds + (uint)(_milliseconds / 1000);
        return version == 9
            ? MessageBuilder.NetFlowV9(1, Boot + (uint)_milliseconds, seconds, sequence ?? _sequence)
            : MessageBuilder.Ipfix(1, seconds, sequence ?? _sequence);
    }

    private CapturedDatagram Sent(MessageBuilder message, int units)
    {
        _sequence += version == 9 ? 1 : (uint)units;
        return At(message);
    }

    private CapturedDatagram At(MessageBuilder message) =>
        message.From() with { ArrivalUnixMilliseconds = MessageBuilder.ExportMilliseconds + _milliseconds };
}
