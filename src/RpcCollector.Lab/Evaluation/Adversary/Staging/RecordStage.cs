using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Forgery;

namespace RpcCollector.Lab.Evaluation.Adversary.Staging;

/// <summary>The exporters that tell of what attackers do: gathers records, and writes the datagrams of each exporter.</summary>
internal sealed class RecordStage
{
    // One exporter puts what ends within so many milliseconds into one datagram.
    private const long Together = 5_000;

    private readonly List<(long Arrival, byte Site, ForgedRecord Record)> _records = [];
    private readonly List<StagedDatagram> _datagrams = [];

    /// <summary>The exporter at a site, of which the simulated enterprise has one each: 192.0.2.1 and on.</summary>
    public static HostAddress ExporterAt(int site) => HostAddress.FromIPv4(0xC000_0201 + (uint)site);

    public static TransportSession SessionOf(HostAddress exporter) =>
        new(exporter, 40_000, HostAddress.FromIPv4(0xC000_02FE), 4_739);

    /// <summary>A record of the exporter at a site, in NetFlow v5.</summary>
    public void Add(in ForgedRecord record, int site, long arrivalUnixMilliseconds) =>
        _records.Add((arrivalUnixMilliseconds, (byte)site, record));

    public void Add(byte[] datagram, HostAddress exporter, long arrivalUnixMilliseconds) =>
        _datagrams.Add(new StagedDatagram(datagram, SessionOf(exporter), arrivalUnixMilliseconds));

    public IEnumerable<StagedDatagram> Datagrams()
    {
        var written = new List<StagedDatagram>(_datagrams);
        foreach (var exporter in _records.GroupBy(entry => entry.Site).OrderBy(group => group.Key))
        {
            var (batch, sequence, due) = (new List<ForgedRecord>(NetFlow5Message.MostRecords), 0u, 0L);
            foreach (var (arrival, _, record) in exporter.OrderBy(entry => entry.Arrival))
            {
                if (batch.Count > 0 && (arrival > due || batch.Count == NetFlow5Message.MostRecords)) Flush();
                if (batch.Count == 0) due = arrival + Together;
                batch.Add(record);
            }

            Flush();

            void Flush()
            {
                if (batch.Count == 0) return;
                var message = NetFlow5Message.Write([.. batch], due, sequence);
                written.Add(new StagedDatagram(message, SessionOf(ExporterAt(exporter.Key)), due));
                sequence += (uint)batch.Count;
                batch.Clear();
            }
        }

        return written;
    }
}
