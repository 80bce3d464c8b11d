using RpcCollector.Flows.Time;

namespace RpcCollector.Demo;

/// <summary>Goes on with the office while the demo runs: writes what happens now into the conn.log that the appliance follows.</summary>
internal sealed class OfficePlayer(IReadOnlyList<OfficeConnection> connections, int first, long moved, string path)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Until the recording has ended, or it is told to stop.</summary>
    public async Task PlayAsync(ArrivalClock clock, CancellationToken stopping)
    {
        var next = first;
        while (next < connections.Count)
        {
            await Task.Delay(Pause, stopping);
            var now = clock.UnixMilliseconds;
            using var lines = new MemoryStream();
            for (; next < connections.Count && connections[next].End + moved <= now; next++)
            {
                lines.Write(connections[next].ZeekLine(next, moved));
                lines.WriteByte((byte)'\n');
            }

            if (lines.Length == 0) continue;
            await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            await file.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length), stopping);
        }
    }
}
