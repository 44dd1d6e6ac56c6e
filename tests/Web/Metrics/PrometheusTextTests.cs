using System.Diagnostics.Metrics;

namespace Strata.Web.Tests;

public sealed class PrometheusTextTests
{
    [Fact]
    public void Counters_gauges_and_histograms_are_written_as_Prometheus_reads_them()
    {
        using var meter = new Meter(Fresh());
        using var metrics = new ProcessMetrics([meter.Name]);
        var recordings = meter.CreateCounter<long>("strata.registrations", "{recording}", "What came\nof each");
        var held = meter.CreateUpDownCounter<long>("strata.claims", "{item}");
        var took = meter.CreateHistogram("strata.took", "s", null, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        meter.CreateObservableGauge("strata.size", () => 12.5, "By", "Bytes");
        recordings.Add(2, new("status", "registered"), new("source", "a \"b\" \\ c"));
        recordings.Add(3, new("status", "registered"), new("source", "a \"b\" \\ c"));
        held.Add(5);
        held.Add(-2);
        took.Record(0.05);
        took.Record(0.1);
        took.Record(7);

        PrometheusText.Write(metrics).ShouldBe(
            """
            # HELP strata_claims strata.claims
            # TYPE strata_claims gauge
            strata_claims 3
            # HELP strata_registrations_total What came\nof each
            # TYPE strata_registrations_total counter
            strata_registrations_total{status="registered",source="a \"b\" \\ c"} 5
            # HELP strata_size_bytes Bytes
            # TYPE strata_size_bytes gauge
            strata_size_bytes 12.5
            # HELP strata_took_seconds strata.took
            # TYPE strata_took_seconds histogram
            strata_took_seconds_bucket{le="0.1"} 2
            strata_took_seconds_bucket{le="1"} 2
            strata_took_seconds_bucket{le="+Inf"} 3
            strata_took_seconds_sum 7.15
            strata_took_seconds_count 3
            # HELP strata_metrics_dropped_total Measurements that were not kept, since an instrument had too many sets of labels
            # TYPE strata_metrics_dropped_total counter
            strata_metrics_dropped_total 0

            """);
    }

    [Fact]
    public void A_label_that_takes_every_value_does_not_grow_for_ever_and_what_is_left_out_is_counted()
    {
        using var meter = new Meter(Fresh());
        using var metrics = new ProcessMetrics([meter.Name]);
        var counter = meter.CreateCounter<int>("strata.many");
        foreach (var i in Enumerable.Range(0, 1_000))
        {
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        }

        var text = PrometheusText.Write(metrics);

        text.Split('\n').Count(l => l.StartsWith("strata_many_total{", StringComparison.Ordinal)).ShouldBe(500);
        text.ShouldContain("strata_metrics_dropped_total 500");
    }

    [Fact]
    public void Meters_that_nobody_named_are_not_shown_and_one_that_ended_is_gone()
    {
        using var other = new Meter(Fresh());
        var ended = new Meter("Ended." + Fresh());
        using var metrics = new ProcessMetrics(["Ended."]);
        other.CreateCounter<long>("strata.other").Add(1);
        ended.CreateCounter<long>("strata.ended").Add(1);
        PrometheusText.Write(metrics).ShouldContain("strata_ended_total 1");

        ended.Dispose();

        PrometheusText.Write(metrics).ShouldNotContain("strata_ended");
        PrometheusText.Write(metrics).ShouldNotContain("strata_other");
    }

    private static string Fresh() => $"Strata.Tests.{Guid.NewGuid():N}";
}
