using Strata.Arrow;
using Strata.Rrd;
using Strata.Rrd.Building;

namespace RecordingSamples;

public static class WriteRecording
{
    public static async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        const long startNs = 1_739_265_272_000_000_000; // nanoseconds since 1970, UTC
        await using var file = File.Create(path);
        var recording = await RecordingBuilder.StartAsync(file, new RecordingOptions { ApplicationId = "my_robot", RecordingId = "episode_8" }, cancellationToken);
        await recording.SendRecordingStartTimeAsync(startNs, cancellationToken);

        // A column a timeline, a column a component, a value a row: one call is one chunk.
        long[] frames = [.. Enumerable.Range(0, 100).Select(frame => (long)frame)];
        await recording.SendColumnsAsync(
            EntityPath.Parse("/arm/elbow"),
            [TimeColumn.Timestamp("real_time", [.. frames.Select(frame => startNs + (frame * 10_000_000))]), TimeColumn.Sequence("frame", frames)],
            [ChunkBuilder.Scalars([.. frames.Select(frame => Math.Sin(frame / 10.0))])],
            cancellationToken);

        // Any archetype: its name, the name of the field, the type of the component. Here two points in the first row, one in the second.
        var positions = ComponentDescriptor.Of("rerun.archetypes.Points3D", "positions", "rerun.components.Position3D");
        var xyz = FixedSizeListArray.From(new Field("item", FloatType.Default, nullable: false), 3, FloatArray.From([0, 0, 1, 0, 1, 1, 2, 2, 2]));
        await recording.SendColumnsAsync(
            EntityPath.Parse("/camera/points"),
            [TimeColumn.Sequence("frame", [0, 50])],
            [ComponentColumn.Partition(positions, xyz, itemsPerRow: [2, 1])],
            cancellationToken);

        // What holds at all times, and what is known of the whole recording: a catalog shows it as a column property:quality:good.
        await recording.SendStaticAsync(EntityPath.Parse("/arm"), [ChunkBuilder.Text("serial_number", "A-1042")], cancellationToken);
        await recording.SendPropertyAsync(
            "quality", [ChunkBuilder.AnyValue("good", BooleanArray.From([true])), ChunkBuilder.AnyValue("mean", DoubleArray.From([0.25]))], cancellationToken);

        if (await recording.FinishAsync(cancellationToken) is { } whyNoFooter)
        {
            Console.Error.WriteLine($"written without a footer: {whyNoFooter}");
        }
    }
}
