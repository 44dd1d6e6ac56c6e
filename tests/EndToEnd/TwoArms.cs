using Strata.Arrow;
using Strata.Rrd;
using Strata.Rrd.Building;

namespace Strata.EndToEnd.Tests;

/// <summary>A recording of two arms of two joints, each side of each arm on an entity of its own.</summary>
internal static class TwoArms
{
    public const string Segment = "two_arms";

    private const int Rows = 20;
    private const long RowNs = 20_000_000;

    /// <param name="left">Command minus observation of the left arm's first joint, in every row.</param>
    public static async Task WriteAsync(string path, double left, double right)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var stream = File.Create(path);
        var recording = await RecordingBuilder.StartAsync(stream, new RecordingOptions { ApplicationId = "strata_tests", RecordingId = Segment }, cancel);
        foreach (var (arm, error) in new[] { ("left", left), ("right", right) })
        {
            await recording.SendColumnsAsync(EntityPath.Parse($"/action/{arm}/joints"), Index(), [Joints(error)], cancel);
            await recording.SendColumnsAsync(EntityPath.Parse($"/observation/{arm}/joints"), Index(), [Joints(0)], cancel);
        }

        (await recording.FinishAsync(cancel)).ShouldBeNull();
    }

    private static TimeColumn[] Index() => [new("real_time", TimelineTypes.ArrayOf(TimelineKind.Timestamp, [.. Enumerable.Range(0, Rows).Select(r => 1_750_000_000_000_000_000 + (r * RowNs))]))];

    private static ComponentColumn Joints(double first) => ComponentColumn.Of(
        ComponentDescriptor.Of("rerun.archetypes.Scalars", "scalars", "rerun.components.Scalar"), DoubleArray.From([.. Enumerable.Range(0, Rows).SelectMany(_ => new[] { first, 0.0 })]), 2);
}
