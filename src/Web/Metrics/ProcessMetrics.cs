using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Strata.Web;

/// <summary>Everything that this process measures, added up for whoever asks at <c>/metrics</c>. Made at the start: what was counted before nobody knows.</summary>
public sealed class ProcessMetrics : IDisposable
{
    /// <summary>A label that takes every value there is would eat the memory of this process and of whoever scrapes it: what comes beyond is counted and not kept.</summary>
    private const int MostSeries = 500;

    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();
    private readonly MeterListener _listener;
    private long _dropped;

    /// <param name="meters">Names of meters; one that ends with a dot stands for all that begin so.</param>
    public ProcessMetrics(IReadOnlyList<string> meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (meters.Any(m => instrument.Meter.Name == m || (m.EndsWith('.') && instrument.Meter.Name.StartsWith(m, StringComparison.Ordinal))))
                {
                    _families[instrument] = MetricFamily.Of(instrument);
                    listener.EnableMeasurementEvents(instrument);
                }
            },
            MeasurementsCompleted = (instrument, _) => Forget(instrument),
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<float>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<short>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<byte>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<decimal>((instrument, value, tags, _) => Take(instrument, (double)value, tags));
        _listener.Start();
    }

    /// <summary>Measurements that were not kept, since their labels were too many.</summary>
    internal long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Asks each observable instrument, and gives what there is by name.</summary>
    internal IReadOnlyList<MetricFamily> Read()
    {
        _listener.RecordObservableInstruments();
        return [.. _families.Values.OrderBy(f => f.Name, StringComparer.Ordinal)];
    }

    public void Dispose() => _listener.Dispose();

    private void Forget(Instrument instrument) => _families.TryRemove(instrument, out _);

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_families.TryGetValue(instrument, out var family))
        {
            return;
        }

        var labels = LabelsOf(instrument, tags);
        if (!family.Series.TryGetValue(labels, out var series))
        {
            if (family.Series.Count >= MostSeries)
            {
                Interlocked.Increment(ref _dropped);
                return;
            }

            series = family.Series.GetOrAdd(labels, l => new(l, family.Bounds));
        }

        if (family.Bounds is not null)
        {
            series.Observe(value);
        }
        else if (MetricName.IsSum(instrument))
        {
            series.Add(value);
        }
        else
        {
            series.Set(value);
        }
    }

    private static string LabelsOf(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in instrument.Meter.Tags ?? [])
        {
            PrometheusText.AppendLabel(text, name, value);
        }

        foreach (var (name, value) in tags)
        {
            PrometheusText.AppendLabel(text, name, value);
        }

        return text.ToString();
    }
}
