using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Cli;

/// <summary>What came of a robot's recordings so far.</summary>
/// <param name="Made">Recorded, whether published yet or not.</param>
/// <param name="Errors">The mean tracking errors of the latest recordings, with their verdicts; null: in quarantine.</param>
internal sealed record SimulationCount(int Made, int Accepted, int Known, int Quarantined, int Good, int Bad, int Spooled, ImmutableQueue<RecordedError> Errors)
{
    /// <summary>As many as a sparkline shows.</summary>
    public const int MostErrors = 24;

    public static SimulationCount None { get; } = new(0, 0, 0, 0, 0, 0, 0, []);

    /// <param name="isAgain">A delivery that came twice: its verdict is counted.</param>
    public SimulationCount With(PublishedRecording published, bool isAgain)
    {
        var counted = this with
        {
            Accepted = Accepted + (published.Outcome == RecordingOutcomes.Accepted ? 1 : 0),
            Known = Known + (published.Outcome == RecordingOutcomes.Known ? 1 : 0),
            Quarantined = Quarantined + (published.Outcome == RecordingOutcomes.Quarantined && !isAgain ? 1 : 0),
        };
        if (isAgain)
        {
            return counted;
        }

        var errors = Errors.Enqueue(new(published.MeanError, published.Good));
        return counted with
        {
            Good = Good + (published.Good == true ? 1 : 0),
            Bad = Bad + (published.Good == false ? 1 : 0),
            Errors = errors.Count() > MostErrors ? errors.Dequeue() : errors,
        };
    }
}

internal sealed record RecordedError(double? Mean, bool? Good);
