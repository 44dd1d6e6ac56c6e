using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Strata.Projections.Running;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

public sealed class MeasuresTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_meter_tells_position_head_lag_rate_and_that_an_event_stops_everything()
    {
        var story = Histories.Long();
        story.Log.Unreadable = 17;
        using var folded = new Folded(story.Log);
        var values = new ConcurrentDictionary<string, double>();
        using var listener = Listen(folded, values);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = folded.Runner(TimeProvider.System).KeepRunningAsync(stop.Token);
        await Should.ThrowAsync<ProjectionParkedException>(folded.Models.WaitForAsync(story.Log.Head, Cancel));

        listener.RecordObservableInstruments();

        values["strata.projections.parked"].ShouldBe(1);
        values["strata.projections.position"].ShouldBe(16);
        values["strata.projections.head"].ShouldBe(story.Log.Head);
        values["strata.projections.lag"].ShouldBe(story.Log.Head - 16);
        values["strata.projections.lag.duration"].ShouldBeGreaterThan(0);
        folded.Models.Lag.ShouldNotBeNull().ShouldContain($"{story.Log.Head - 16} events");

        story.Log.Unreadable = null;
        await new ProjectionControl(folded.Models, story.Log).ResumeAsync(Cancel);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
        listener.RecordObservableInstruments();

        values["strata.projections.parked"].ShouldBe(0);
        values["strata.projections.lag"].ShouldBe(0);
        values["strata.projections.lag.duration"].ShouldBe(0);
        values["strata.projections.events"].ShouldBe(story.Log.Head);
        values["strata.projections.batch.duration"].ShouldBeGreaterThan(0);
        folded.Models.Lag.ShouldBeNull();
    }

    /// <summary>The last value of each gauge, the sum of each other instrument.</summary>
    private static MeterListener Listen(Folded folded, ConcurrentDictionary<string, double> values)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == FoldMeasures.MeterName && instrument.Meter.Tags!.First().Value as string == folded.Models.CatalogTables.Files.Folder)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        void Take(Instrument instrument, double value) => values.AddOrUpdate(instrument.Name, value, (_, before) => instrument.IsObservable ? value : before + value);
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Take(instrument, value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Take(instrument, value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Take(instrument, value));
        listener.Start();
        return listener;
    }
}
