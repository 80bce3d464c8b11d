using System.Net;
using RpcCollector.Lab.Evaluation.Forgery;

namespace RpcCollector.Lab.Sites;

/// <summary>An exporter at one site: writes what it saw as IPFIX, by a clock of its own.</summary>
/// <remarks>
/// Its headers say that it exports now, however long ago a flow ended, as with a long inactive timeout: minutes that are sent in seconds
/// are no wrong clock to a collector.
/// </remarks>
/// <param name="skewMilliseconds">By how much its clock is ahead.</param>
/// <param name="now">When it exports, in Unix milliseconds.</param>
internal sealed class SiteExporter(int sensor, IPEndPoint address, int skewMilliseconds, long now)
{
    private const int MostRecords = 12;

    // Flows that end within it go together.
    private const int Together = 2_000;

    private readonly List<ForgedRecord> _records = [];

    public int NumRecords => _records.Count;

    public void See(in ForgedRecord record) =>
        _records.Add(record with { Start = record.Start + skewMilliseconds, End = record.End + skewMilliseconds });

    /// <summary>All that it sends, with its Template at the beginning of each minute.</summary>
    public IEnumerable<SiteDatagram> Datagrams()
    {
        _records.Sort(static (left, right) =>
            (left.End, left.Start, left.Sender, left.SenderPort, left.Receiver, left.ReceiverPort).CompareTo(
                (right.End, right.Start, right.Sender, right.SenderPort, right.Receiver, right.ReceiverPort)));
        var (sequence, minute) = (0u, long.MinValue);
        for (var first = 0; first < _records.Count;)
        {
            var (count, end) = (1, _records[first].End);
            while (count < MostRecords && first + count < _records.Count && _records[first + count].End - end < Together) count++;
            var batch = _records.GetRange(first, count).ToArray();
            var clock = now + skewMilliseconds;
            var at = batch[^1].End + Together - skewMilliseconds;
            if (at / SiteTraffic.Minute != minute)
            {
                minute = at / SiteTraffic.Minute;
                yield return new SiteDatagram(at, sensor, address, IpfixMessages.Template(clock));
            }

            yield return new SiteDatagram(at, sensor, address, IpfixMessages.Data(batch, clock, sequence));
            sequence += (uint)count;
            first += count;
        }
    }
}
