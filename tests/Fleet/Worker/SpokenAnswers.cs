using System.Diagnostics.Metrics;

namespace Strata.Fleet.Worker;

/// <summary>Says what became of each evaluation that this worker handed in, as its metrics have it: <c>answered OUTCOME</c>.</summary>
internal static class SpokenAnswers
{
    private const string Instrument = "strata.derivations";
    private const string Outcome = "outcome";

    public static MeterListener Begin()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == Instrument)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            foreach (var (name, value) in tags)
            {
                if (name == Outcome)
                {
                    Console.WriteLine($"answered {value}");
                }
            }
        });
        listener.Start();
        return listener;
    }
}
