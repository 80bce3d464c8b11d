using System.Globalization;
using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Store;

/// <summary>The ends of an activity on the other side of an address translation, in one column.</summary>
internal static class TranslatedColumn
{
    private const string None = "-";

    /// <summary>Client, port, server and port, separated by blanks; null when nothing was translated.</summary>
    public static string? Of(TranslatedEnds? translated) => translated is { } ends
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{Name(ends.Client)} {ends.ClientPort} {Name(ends.Server)} {ends.ServerPort}")
        : null;

    public static TranslatedEnds? Read(StoredRowReader row, int column)
    {
        if (row.IsNull(column)) return null;
        return row.Words(column) is [var client, var clientPort, var server, var serverPort]
            && TryRead(client, out var clientAddress) && ushort.TryParse(clientPort, CultureInfo.InvariantCulture, out var clientNumber)
            && TryRead(server, out var serverAddress) && ushort.TryParse(serverPort, CultureInfo.InvariantCulture, out var serverNumber)
            ? new TranslatedEnds(clientAddress, clientNumber, serverAddress, serverNumber)
            : row.Nonsense<TranslatedEnds?>();
    }

    private static string Name(HostAddress address) => address.IsUnspecified ? None : address.ToString();

    private static bool TryRead(string name, out HostAddress address)
    {
        address = default;
        return name is None || HostAddress.TryParse(name, out address);
    }
}
