using Kaitai;
using RpcCollector.Detection.Operations;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Detection.Tests.Wire;

/// <summary>The grammar is the specification: what it says of a message, and what the fast reader does, are the same.</summary>
public sealed class ActGrammarTests
{
    [Theory]
    [InlineData(30)]
    [InlineData(31)]
    public void Reader_and_grammar_agree_on_every_field(int seed)
    {
        var (message, changes, _) = ActMessages.Of(seed, 400);
        var exporters = new ExporterDirectory();
        var reader = new ActMessageReader(exporters);

        Assert.True(reader.TryRead(message, out var header));
        var stream = new KaitaiStream(message);
        var parsed = new RpcActMessage(stream);

        Assert.True(stream.IsEof);
        Assert.Equal(header, HeaderOf(parsed));
        Assert.Equal(changes.Count, parsed.Changes.Items.Count);
        foreach (var change in parsed.Changes.Items)
        {
            Assert.True(reader.Read());
            Assert.Equal((byte)reader.Kind, (byte)change.Kind);
            Assert.Equal(ChangeOf(change, parsed), ActMessages.ByValue(ActMessages.Current(reader), exporters));
        }

        Assert.False(reader.Read());
    }

    [Fact]
    public void What_the_grammar_cannot_read_the_reader_rejects_too()
    {
        var random = new Random(33);
        var (message, _, _) = ActMessages.Of(33, 12);
        var reader = new ActMessageReader(new ExporterDirectory());
        var numUnreadable = 0;
        for (var round = 0; round < 4_000; round++)
        {
            var damaged = message.ToArray();
            damaged[random.Next(3) == 0 ? random.Next(WireForm.HeaderOctets) : random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            if (IsReadable(damaged)) continue;
            numUnreadable++;
            Assert.False(reader.TryRead(damaged, out _));
        }

        Assert.InRange(numUnreadable, 100, 4_000);
    }

    private static bool IsReadable(byte[] message)
    {
        try
        {
            _ = new RpcActMessage(new KaitaiStream(message));
            return true;
        }
        catch (Exception exception) when (exception is EndOfStreamException or ValidationFailedError)
        {
            return false;
        }
    }

    private static ActHeader HeaderOf(RpcActMessage message) => new(
        message.Source, message.Header.Partition, message.Header.SourceEpoch, message.Header.InputOffset,
        message.Header.WatermarkUnixMilliseconds, message.Header.Part, message.Header.IsLast == 1, message.Changes.Items.Count);

    private static (object Change, string Exporters) ChangeOf(RpcActMessage.Change change, RpcActMessage message) =>
        change.Body switch
        {
            RpcActMessage.Fact fact => (FactOf(fact, change.Kind), string.Join(' ', fact.SeenBy.Take(fact.NumSeenBy)
                .Select(index => AddressOf(message.Exporters[index])))),
            RpcActMessage.Operation operation => (OperationOf(operation), ""),
            RpcActMessage.Lease lease => (new AddressLease(
                AddressOf(lease.Address), lease.Machine, lease.StartUnixMilliseconds, lease.EndUnixMilliseconds), ""),
            RpcActMessage.Verdict verdict => (VerdictOf(verdict), ""),
            RpcActMessage.ToldRole told => (new ToldRole(
                new AddressPrefix(AddressOf(told.Network), told.Bits), told.Role == 255 ? null : (HostRole)told.Role, told.Who.Value,
                told.Why.Value, told.AtUnixMilliseconds), ""),
            _ => throw new ArgumentException("no change", nameof(change)),
        };

    private static object FactOf(RpcActMessage.Fact fact, RpcActMessage.ChangeKind kind)
    {
        var step = (ActivityChangeKind)(int)fact.Step;
        var traffic = new FlowTraffic(
            fact.ClientOctets, fact.ServerOctets, fact.ClientTcpFlags, fact.ServerTcpFlags, (FlowHalf)(int)fact.Half,
            (DirectionConfidence)(int)fact.Direction);
        if (kind == RpcActMessage.ChangeKind.Activity)
        {
            return new ActivityChange(step, new RpcActivity
            {
                Id = fact.FactId,
                Basis = (JoinBasis)(int)fact.Basis,
                Client = AddressOf(fact.Client),
                Server = AddressOf(fact.Server),
                Mapper = SpanOf(fact.Mapper),
                Endpoint = SpanOf(fact.Flow),
                Interfaces = (RpcInterfaces)fact.Interfaces,
                SamplingInterval = fact.SamplingInterval,
                Traffic = traffic,
                Translated = TranslatedOf(fact.Translated),
            });
        }

        return new ContactChange(step, new AdministrationContact
        {
            Id = fact.FactId,
            Client = AddressOf(fact.Client),
            Server = AddressOf(fact.Server),
            Flow = SpanOf(fact.Flow)!.Value,
            SamplingInterval = fact.SamplingInterval,
            Traffic = traffic,
            Translated = TranslatedOf(fact.Translated),
        });
    }

    private static RpcOperation OperationOf(RpcActMessage.Operation operation) => new()
    {
        AtUnixMilliseconds = operation.AtUnixMilliseconds,
        Client = AddressOf(operation.Client),
        Server = AddressOf(operation.Server),
        ClientPort = operation.ClientPort,
        ServerPort = operation.ServerPort,
        Uid = operation.Uid.Value,
        Interface = operation.InterfaceName.Value,
        Operation = operation.OperationName.Value,
    };

    private static Verdict VerdictOf(RpcActMessage.Verdict verdict) => new(
        (FindingKind)verdict.FindingKind, AddressOf(verdict.Client), verdict.HasServer == 1 ? AddressOf(verdict.Server) : null,
        (VerdictMeaning)verdict.Meaning, verdict.Who.Value, verdict.Why.Value, verdict.AtUnixMilliseconds,
        verdict.Expires == 1 ? verdict.ExpiresUnixMilliseconds : null)
    {
        ClientPeriod = verdict.ClientPeriod,
        ServerPeriod = verdict.ServerPeriod,
    };

    private static FlowSpan? SpanOf(RpcActMessage.Span? span) => span is null
        ? null
        : new FlowSpan(span.ClientPort, span.ServerPort, span.StartUnixMilliseconds, span.EndUnixMilliseconds);

    private static TranslatedEnds? TranslatedOf(RpcActMessage.TranslatedEnds? ends) => ends is null
        ? null
        : new TranslatedEnds(AddressOf(ends.Client), ends.ClientPort, AddressOf(ends.Server), ends.ServerPort);

    private static HostAddress AddressOf(RpcActMessage.Address address) => new(address.High, address.Low);
}
