using System.Diagnostics;
using RpcCollector.Options;

namespace RpcCollector.Lab.Synthetic;

/// <summary>
/// Acts as a number of exporters for a while: announces their Templates, then sends flows, fresh ones or those of datagrams that are
/// prepared in advance.
/// </summary>
internal sealed class SyntheticSender : IDisposable
{
    // Rewritten once a second, so that their times stay current; few enough to stay in the caches.
    private const int NumPrepared = 256;

    // From 127.64.0.1 on.
    private const uint FirstSource = 0x7F40_0001;

    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(0.2);
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(50);

    private readonly SyntheticLoad _load;
    private readonly CancellationToken _stopping;
    private readonly SyntheticMessage _message;
    private readonly FreshTraffic? _fresh;
    private readonly RepeatedTraffic _repeated;
    private readonly SyntheticFlow[] _flows;
    private readonly uint[] _sequences;
    private readonly SendBatch _batch;
    private readonly byte[][] _prepared;
    private readonly DatagramContent[] _contents;
    private long _preparedSecond;
    private long _sent;
    private long _octets;
    private long _mapperFlows;
    private long _dynamicFlows;

    public SyntheticSender(SyntheticLoad load, CancellationToken stopping)
    {
        (_load, _stopping) = (load, stopping);
        SyntheticTemplate[] templates =
            [.. Enumerable.Range(0, load.Templates).Select(number => new SyntheticTemplate(number, load.Version, load.HasVariableLength))];
        _message = new SyntheticMessage(load.Version, templates, Now() - (long)TimeSpan.FromHours(1).TotalMilliseconds);
        _fresh = load.IsRepeated ? null : new FreshTraffic(load);
        _repeated = new RepeatedTraffic(load);
        _flows = new SyntheticFlow[load.Records];
        _sequences = new uint[load.Exporters];
        var longest = Math.Max(SyntheticMessage.MaxOctets, 64 + (load.Records * 128));
        _batch = new SendBatch(load.Target, longest);

        // Enough for each Template to be used.
        _prepared = [.. Enumerable.Range(0, Math.Max(NumPrepared, load.Templates)).Select(_ => new byte[longest])];
        _contents = new DatagramContent[_prepared.Length];
    }

    /// <summary>Sends until the time is over or it is stopped.</summary>
    /// <exception cref="StartupException">The target cannot be reached.</exception>
    public SyntheticResult Run()
    {
        var (templateDatagrams, began) = (AnnounceTemplates(), Stopwatch.GetTimestamp());
        var elapsed = TimeSpan.Zero;
        while (elapsed.TotalSeconds < _load.Seconds && !_stopping.IsCancellationRequested)
        {
            if (_load.Rate is { } rate && _sent > rate * elapsed.TotalSeconds)
            {
                Thread.Sleep(Nap);
            }
            else
            {
                SendData(BatchSize());
            }

            elapsed = Stopwatch.GetElapsedTime(began);
        }

        return new SyntheticResult(
            _sent, _sent * _load.Records, _octets, templateDatagrams, _mapperFlows, _dynamicFlows,
            _fresh?.Activities ?? _repeated.Activities, _batch.Refused, elapsed.TotalSeconds);
    }

    public void Dispose() => _batch.Dispose();

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    // Slow loads must not come in bursts.
    private int BatchSize() => _load.Rate is { } rate ? Math.Clamp((int)(rate / 1_000), 1, SendBatch.Capacity) : SendBatch.Capacity;

    private void SendData(int count)
    {
        var now = Now();

        // Each activity must be new; other repeated flows may stay for a second.
        var isPrepared = _fresh is null && _load.ActivityShare == 0;
        if (isPrepared && now / 1_000 != _preparedSecond) Prepare(now);
        for (var i = 0; i < count; i++, _sent++)
        {
            var (prepared, exporter) = ((int)(_sent % _prepared.Length), (int)(_sent % _load.Exporters));
            var content = isPrepared ? _contents[prepared] : Write(_batch.Next, (int)(_sent % _load.Templates), now);
            if (isPrepared) _prepared[prepared].AsSpan(0, content.Octets).CopyTo(_batch.Next);
            Add(exporter, content.Octets, _load.Records);
            _octets += content.Octets;
            _mapperFlows += content.MapperFlows;
            _dynamicFlows += content.DynamicFlows;
        }

        _batch.Send();
    }

    private void Prepare(long now)
    {
        for (var i = 0; i < _prepared.Length; i++) _contents[i] = Write(_prepared[i], i % _load.Templates, now);
        _preparedSecond = now / 1_000;
    }

    private DatagramContent Write(Span<byte> datagram, int template, long now)
    {
        if (_fresh is not null) _fresh.Make(_flows, now);
        else _repeated.Make(_flows, now);
        var octets = _message.WriteData(datagram, template, _flows, now);
        var (mapper, dynamic) = (0, 0);
        foreach (ref readonly var flow in _flows.AsSpan())
        {
            if (flow.IsToMapper) mapper++;
            else if (flow.IsBetweenDynamicPorts) dynamic++;
        }

        return new DatagramContent(octets, mapper, dynamic);
    }

    /// <summary>Adds the datagram that was written last.</summary>
    private void Add(int exporter, int octets, int records)
    {
        _message.PutSequence(_batch.Next, _sequences[exporter]);
        _sequences[exporter] += _message.Step(records);
        _batch.Add(octets, _load.Exporters == 1 ? null : FirstSource + (uint)exporter);
    }

    /// <summary>Each exporter announces all its Templates once, no faster than a collector with small buffers takes them.</summary>
    private long AnnounceTemplates()
    {
        if (_message.Version == ExportVersion.NetFlowV5) return 0;
        long sent = 0;
        for (var exporter = 0; exporter < _load.Exporters && !_stopping.IsCancellationRequested; exporter++)
        {
            for (var next = 0; next < _load.Templates; sent++)
            {
                (var octets, next) = _message.WriteTemplates(_batch.Next, next, Now());
                Add(exporter, octets, records: 0);
                if (!_batch.IsFull) continue;
                _batch.Send();
                Thread.Sleep(1);
            }
        }

        _batch.Send();
        Thread.Sleep(Settling);
        return sent;
    }

    private readonly record struct DatagramContent(int Octets, int MapperFlows, int DynamicFlows);
}
