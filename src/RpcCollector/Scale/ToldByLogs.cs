using RpcCollector.Detection;
using RpcCollector.Detection.Operations;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Scale.Names;

namespace RpcCollector.Scale;

/// <summary>
/// Packs what a sensor's logs tell besides flows (named operations, leases, names and logons) into messages for the judge, each with the
/// next number of their source. One thread calls it at a time.
/// </summary>
/// <param name="sensor">The sensor's name; that of the source is another one, so that its reports have numbers of their own.</param>
/// <param name="site">Where the sensor stands; null when there is one site.</param>
internal sealed class ToldByLogs(string sensor, ulong epoch, ExporterDirectory exporters, SiteNetworks? site = null)
{
    /// <summary>What follows the sensor's name in that of the source; no sensor's name holds a slash.</summary>
    public const string Suffix = "/logs";

    private readonly ActMessageWriter _writer = new(sensor + Suffix, ActHeader.NoPartition, epoch, exporters);
    private readonly List<byte[]> _messages = [];
    private readonly List<ToldName> _names = [];

    // The latest of each row: whoever logs on all the time is told once.
    private readonly Dictionary<(HostAddress Client, long Row), ToldLogon> _logons = [];
    private int _namesOctets;
    private ulong _sequence;
    private long _latest;

    /// <summary>Octets of the messages that are full.</summary>
    public long Octets { get; private set; }

    /// <summary>Octets at most of one deed of names: with what stands around them below what a deed may hold.</summary>
    private const int MostNamesOctets = ActMessageWriter.MostContentOctets - 256;

    public void Add(in RpcOperation operation, long arrivalUnixMilliseconds)
    {
        _latest = Math.Max(_latest, arrivalUnixMilliseconds);
        var placed = site is null
            ? operation
            : operation with { Client = site.Place(operation.Client), Server = site.Place(operation.Server) };
        if (_writer.TryAdd(placed, arrivalUnixMilliseconds)) return;
        Finish();
        _writer.TryAdd(placed, arrivalUnixMilliseconds);
    }

    public void Add(in AddressLease lease, long arrivalUnixMilliseconds)
    {
        _latest = Math.Max(_latest, arrivalUnixMilliseconds);
        var placed = site is null ? lease : lease with { Address = site.Place(lease.Address) };
        if (_writer.TryAdd(placed, arrivalUnixMilliseconds)) return;
        Finish();
        _writer.TryAdd(placed, arrivalUnixMilliseconds);
    }

    public void Add(HostAddress address, NamePeriod told)
    {
        var name = ToldName.Of(Place(address), told);
        MakeRoom(name.MostOctets);
        _names.Add(name);
    }

    public void Add(HostAddress client, LogonRow row)
    {
        var logon = ToldLogon.Of(Place(client), row with { Server = Place(row.Server) });
        if (!_logons.ContainsKey((client, row.Id))) MakeRoom(logon.MostOctets);
        _logons[(client, row.Id)] = logon;
    }

    /// <summary>All that was told since the last call.</summary>
    public byte[][] Take()
    {
        FinishNames();
        if (_writer.NumChanges > 0) Finish();
        byte[][] taken = [.. _messages];
        _messages.Clear();
        Octets = 0;
        return taken;
    }

    private HostAddress Place(HostAddress address) => site is null ? address : site.Place(address);

    private void MakeRoom(int octets)
    {
        if (_namesOctets + octets > MostNamesOctets) FinishNames();
        _namesOctets += octets;
    }

    private void FinishNames()
    {
        if (_namesOctets == 0) return;
        var content = new ToldNames { Version = ToldNames.CurrentVersion, Names = [.. _names], Logons = [.. _logons.Values] }.Write();
        if (!_writer.TryAdd(ToldNames.Topic, content))
        {
            Finish();
            _writer.TryAdd(ToldNames.Topic, content);
        }

        _names.Clear();
        _logons.Clear();
        _namesOctets = 0;
    }

    private void Finish()
    {
        var message = _writer.Finish(++_sequence, _latest).ToArray();
        _messages.Add(message);
        Octets += message.Length;
    }
}
