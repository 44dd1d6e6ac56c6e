using System.Diagnostics.Metrics;

namespace Strata.Bus.Tests;

/// <summary>What one meter among those of its name tells while this listens.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _sums = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _last = new(StringComparer.Ordinal);

    public Measured(string meter, string prefix)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meter && instrument.Meter.Tags?.Any(t => (string?)t.Value == prefix) == true)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Take(instrument, value));
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Take(instrument, value));
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Take(instrument, value));
        _listener.Start();
    }

    /// <summary>Of a gauge, now.</summary>
    public double Last(string instrument)
    {
        lock (_last)
        {
            _last.Remove(instrument);
        }

        _listener.RecordObservableInstruments();
        lock (_last)
        {
            return _last.GetValueOrDefault(instrument);
        }
    }

    /// <summary>Of a counter, since this listens.</summary>
    public double Sum(string instrument)
    {
        lock (_last)
        {
            return _sums.GetValueOrDefault(instrument);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value)
    {
        lock (_last)
        {
            _sums[instrument.Name] = _sums.GetValueOrDefault(instrument.Name) + value;
            _last[instrument.Name] = value;
        }
    }
}
