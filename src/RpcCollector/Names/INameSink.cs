using RpcCollector.Flows;

namespace RpcCollector.Names;

/// <summary>
/// Somebody else who is to know what is told here: of what changes a book, each as soon as it does, by whoever learns. It must not ask the
/// book.
/// </summary>
internal interface INameSink
{
    /// <summary>A name of an address, at one time.</summary>
    void Offer(HostAddress address, NamePeriod told);

    /// <summary>Logons of an hour, as far as they are known.</summary>
    void Offer(HostAddress client, LogonRow row);
}
