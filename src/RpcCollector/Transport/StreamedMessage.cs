using RpcCollector.Flows;

namespace RpcCollector.Transport;

/// <summary>What a connection hands to the decoding thread, in order: a Message, a fault, or the end of the connection.</summary>
/// <param name="Octets">A Message in a buffer of the shared pool, which the decoding thread gives back; null for none.</param>
/// <param name="Length">Octets of the Message.</param>
/// <param name="Fault">Why the octets are not a Message; none for the end of the connection.</param>
internal readonly record struct StreamedMessage(TransportSession Session, byte[]? Octets, int Length, Rejection Fault);
