using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>A recording with the how-to's joints as it would have been logged had its observations come some frames later.</summary>
internal static class DelayedRecording
{
    /// <param name="frames">0: as it is.</param>
    public static async Task<ReadOnlyMemory<byte>> OfAsync(string path, int frames)
    {
        var deriver = new TrackingErrorDeriver();
        var input = await Deriving.LoadAsync(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken), "base", deriver, CanonicalJson.EmptyObject);
        var joints = TrackingErrorParameters.Parse(CanonicalJson.EmptyObject).Joints;
        var (series, _) = PairedSeries.Read(Deriving.Request(deriver, CanonicalJson.EmptyObject, input), joints, needsSeconds: true);
        var (command, observation) = (series!.Commands[0], series.WithoutNulls().Observations[0]);
        return new RecordingBuilder()
            .Add(JointPairing.HowToCommand, command.Times.ToArray(), Rows(command))
            .Add(JointPairing.HowToObservation, observation.Times.ToArray()[frames..], Rows(observation)[..^frames])
            .ToRrd();
    }

    private static double[][] Rows(JointSeries series) =>
        [.. series.Cells.Select(c => series.Blocks[c.Block].Values.Slice(series.Blocks[c.Block].Start(c.Row), series.Blocks[c.Block].Count(c.Row)).ToArray())];
}
