using RpcCollector.Detection.Wire;
using RpcCollector.Names;

namespace RpcCollector.Scale.Names;

/// <summary>Lets the judge know what the logs of all sensors told of names and logons. The thread that reads the log calls it.</summary>
/// <remarks>
/// What comes twice changes nothing. Whoever may append to the log may call a host what he likes, as whoever speaks DHCP may: it goes
/// through the same door as what comes from the network, and as little is kept of it.
/// </remarks>
internal sealed class HeardNames(NameBook book)
{
    private long _refused;

    /// <summary>Names and logons that can be none.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Takes a deed of the judge's log.</summary>
    /// <returns>False when it is none of this topic, of a sensor, and of this form.</returns>
    public bool Take(in ActHeader header, string topic, ReadOnlySpan<byte> content)
    {
        if (!string.Equals(topic, ToldNames.Topic, StringComparison.Ordinal)) return false;
        if (header.Partition != ActHeader.NoPartition || !header.Source.EndsWith(ToldByLogs.Suffix, StringComparison.Ordinal)) return false;
        if (ToldNames.Read(content) is not { Version: ToldNames.CurrentVersion } told) return false;
        foreach (var name in told.Names)
        {
            if (name is null || !name.TryRead(out var address, out var period) || !book.Hear(address, period)) Refuse();
        }

        foreach (var logon in told.Logons)
        {
            if (logon is null || !logon.TryRead(out var client, out var row) || !book.Hear(client, row)) Refuse();
        }

        return true;
    }

    private void Refuse() => Interlocked.Increment(ref _refused);
}
