using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Scale.Sensors;

/// <summary>An exporter as one sensor hears it: written by whoever reads the reports, read by any thread.</summary>
internal sealed class HeardExporter(string sensor, HostAddress address)
{
    private readonly Lock _lock = new();

    // By the minute's number; grows with the minutes that are known.
    private MinuteCompleteness[] _minutes = [];
    private volatile ExporterStatus? _status;

    public string Sensor { get; } = sensor;

    public HostAddress Address { get; } = address;

    /// <summary>As the sensor last said; null before that.</summary>
    public ExporterStatus? Status => _status;

    public void Take(ReportedExporter reported)
    {
        lock (_lock)
        {
            foreach (var minute in reported.Minutes) Keep(new MinuteCompleteness(minute.Number, minute.Share));
        }

        _status = reported.Status();
    }

    /// <summary>How much of what it sent in the minute of a time could be used; null when that is not known.</summary>
    public double? CompletenessAt(long unixMilliseconds)
    {
        var number = MinuteCompleteness.NumberOf(unixMilliseconds);
        lock (_lock)
        {
            foreach (ref readonly var minute in _minutes.AsSpan())
            {
                if (minute.Number == number) return minute.Share;
            }
        }

        return null;
    }

    // In the place of itself, else of the earliest.
    private void Keep(MinuteCompleteness minute)
    {
        var place = Array.FindIndex(_minutes, known => known.Number == minute.Number);
        if (place < 0 && _minutes.Length < ReportedExporter.MostMinutes)
        {
            _minutes = [.. _minutes, minute];
            return;
        }

        if (place < 0)
        {
            place = 0;
            for (var i = 1; i < _minutes.Length; i++)
            {
                if (_minutes[i].Number < _minutes[place].Number) place = i;
            }

            // A report that is read again says nothing new of what was long ago.
            if (minute.Number < _minutes[place].Number) return;
        }

        _minutes[place] = minute;
    }
}
