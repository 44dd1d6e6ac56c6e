using System.Buffers;
using System.Globalization;
using Strata.Arrow;
using Strata.DerivationWorkers;
using Strata.Rrd;

namespace Strata.Cli;

/// <summary>A finished recording of a simulated robot.</summary>
/// <param name="File">The bytes of the <c>.rrd</c>, footer included unless it is broken.</param>
/// <param name="IsBroken">Its writer was cut off in the middle.</param>
/// <param name="IsSentTwice">The robot publishes it a second time.</param>
internal sealed record SimulatedRecording(string Robot, string Segment, ReadOnlyMemory<byte> File, bool IsBroken, bool IsSentTwice)
{
    /// <summary>Of one that is not broken, about.</summary>
    public const long UsualBytes = 20_000;

    private const string Application = "strata_fleet";

    /// <summary>Ten seconds.</summary>
    private const int Rows = 150;

    /// <summary>2026-01-05T06:00:00Z: a shift begins. A clock would make other bytes each time.</summary>
    private const long FirstStartNs = 1_767_592_800_000_000_000;

    private const long BetweenStartsNs = 12_000_000_000;

    /// <summary>Room for the row ids of a chunk.</summary>
    private const ulong IdsPerChunk = 1_024;

    public static SimulatedRecording Make(SimulationOptions options, SimulatedRobot robot, int number)
    {
        var random = SeededRandom.Of(options.Seed, robot.Number, number);
        var segment = string.Create(CultureInfo.InvariantCulture, $"{robot.Name}_s{options.Seed}_{number:D5}");
        var isBroken = random.NextDouble() < options.Broken;
        var isSentTwice = random.NextDouble() < options.Duplicates;
        var file = Write(segment, robot, new Tuid((ulong)(FirstStartNs + (number * BetweenStartsNs)), SeededRandom.Mix(options.Seed, robot.Number, number)), random);
        return new(robot.Name, segment, isBroken ? file[..(int)(file.Length * random.Between(0.4, 0.8))] : file, isBroken, isSentTwice);
    }

    private static ReadOnlyMemory<byte> Write(string segment, SimulatedRobot robot, Tuid id, Random random)
    {
        var arm = SimulatedArm.Run(robot.Tuning, random, Rows);
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        var store = StoreId.Recording(Application, segment);
        writer.SetStoreInfo(store, StoreSource.Other("strata fleet simulate"), id);
        writer.WriteChunk(store, Controller(robot, id = id.Next(IdsPerChunk)));
        writer.WriteChunk(store, Joints(TrackingErrorParameters.HowToCommand, arm.Commanded, id = id.Next(IdsPerChunk)));
        writer.WriteChunk(store, Joints(TrackingErrorParameters.HowToObservation, arm.Measured, id.Next(IdsPerChunk)));
        return writer.Finish() is { } reason ? throw new InvalidOperationException($"the recording has no footer: {reason}") : output.WrittenMemory;
    }

    /// <summary>So that whoever sees a bad segment finds out why.</summary>
    private static Chunk Controller(SimulatedRobot robot, Tuid id) => ChunkBuilder.SendProperty(
        id,
        id.Next(),
        "controller",
        ChunkBuilder.Text("robot", robot.Name),
        ChunkBuilder.Text("tuning", robot.Tuning.Name),
        ChunkBuilder.AnyValue("stiffness", DoubleArray.From([robot.Tuning.Stiffness])),
        ChunkBuilder.AnyValue("damping", DoubleArray.From([robot.Tuning.Damping])),
        ChunkBuilder.AnyValue("latency_s", DoubleArray.From([robot.Tuning.LatencySeconds])));

    private static Chunk Joints(string path, double[] values, Tuid id)
    {
        var start = (long)id.TimeNs;
        return ChunkBuilder.SendColumns(
            id,
            id.Next(),
            EntityPath.Parse(path),
            [ChunkBuilder.Timeline("real_time", TimelineKind.Timestamp, [.. Enumerable.Range(0, Rows).Select(row => start + (row * SimulatedArm.RowNs))])],
            [ChunkBuilder.Scalars(values, SimulatedArm.Joints)]);
    }
}
