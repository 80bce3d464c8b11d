using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Decoding;

/// <summary>
/// A Data Set that came before its Template, or while that is in doubt, with the part of its Message's header that its records need.
/// </summary>
internal sealed class WaitingSet(
    SessionDomain session, TemplateKey key, MessageHeader header, ReadOnlySpan<byte> content, long arrivalUnixMilliseconds)
{
    // What a waiting Set costs besides its content, so that empty Sets count too.
    private const int Overhead = 256;

    public Exporter Exporter => Session.Exporter;

    public SessionDomain Session { get; } = session;

    public TemplateKey Key { get; } = key;

    public MessageHeader Header { get; } = header;

    /// <summary>True when its Template was redefined by a record that cannot be used.</summary>
    public bool IsInDoubt { get; init; }

    /// <summary>
    /// True when nothing but the next definition may read it: the layout that stood does not fit it, or it came with the record that cannot
    /// be used.
    /// </summary>
    public bool NeedsDefinition { get; init; }

    public byte[] Content { get; } = content.ToArray();

    public long ArrivalUnixMilliseconds { get; set; } = arrivalUnixMilliseconds;

    /// <summary>Octets that it takes.</summary>
    public int Cost => Content.Length + Overhead;

    public LinkedListNode<WaitingSet>? Place { get; set; }

    /// <summary>The next of the same Template ID and session.</summary>
    public WaitingSet? Next { get; set; }

    /// <summary>Counts the Sets of its exporter in order of arrival.</summary>
    public long Number { get; set; }
}
