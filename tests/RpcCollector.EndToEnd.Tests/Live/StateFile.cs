using System.Text;

namespace RpcCollector.EndToEnd.Tests.Live;

/// <summary>The file in which a collector keeps what it has learned, as it lies on the disk.</summary>
internal static class StateFile
{
    /// <summary>True once a text is in it or in its write-ahead log.</summary>
    public static bool Contains(string folder, string text) =>
        ((string[])["state.db", "state.db-wal"]).Select(name => Path.Combine(folder, name))
            .Any(path => File.Exists(path) && Read(path).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var octets = new MemoryStream();
        file.CopyTo(octets);
        return octets.ToArray();
    }
}
