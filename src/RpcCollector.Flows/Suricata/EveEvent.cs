using RpcCollector.Flows.Zeek;

namespace RpcCollector.Flows.Suricata;

/// <summary>The values of one event, without quotes and escapes; one object serves all events, one after the other.</summary>
public sealed class EveEvent
{
    private readonly FieldValues _values = new(EveFields.Count);

    internal EveEvent()
    {
    }

    /// <summary>
    /// The one RPC interface that the event names; null when it names none, or several: whichever of these was meant, nobody knows.
    /// </summary>
    /// <remarks>One that is offered in two transfer syntaxes is named twice. One that the server refused does not count.</remarks>
    public Guid? Interface { get; private set; }

    /// <summary>True when the event names interfaces at all.</summary>
    public bool NamesInterfaces { get; private set; }

    /// <summary>The value as Suricata wrote it, UTF-8; empty when there is none. Valid until the next event is read.</summary>
    public ReadOnlySpan<byte> this[EveField field] => _values[(int)field];

    public bool Has(EveField field) => _values.Has((int)field);

    internal void Clear()
    {
        _values.Clear();
        (Interface, NamesInterfaces) = (null, false);
    }

    internal void AddInterface(Guid id)
    {
        Interface = !NamesInterfaces || Interface == id ? id : null;
        NamesInterfaces = true;
    }

    /// <summary>Room for a value of at most <paramref name="length"/> octets, to be followed by <see cref="TrySet"/>.</summary>
    internal Span<byte> Room(int length) => _values.Room(length);

    /// <returns>False when the field has another value already.</returns>
    internal bool TrySet(EveField field, int length) => _values.TrySet((int)field, length);
}
