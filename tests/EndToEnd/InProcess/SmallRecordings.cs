using System.Buffers;
using System.Globalization;
using Strata.Arrow;
using Strata.DerivationWorkers;
using Strata.Rrd;

namespace Strata.EndToEnd.Tests;

/// <summary>Recordings of two joints and a few rows, as many as a test wants, each with a segment of its own.</summary>
internal static class SmallRecordings
{
    private const string Application = "strata_tests";
    private const long RowNs = 66_666_667;

    /// <param name="errors">Command minus observation of the first joint, a row each.</param>
    /// <returns>The path of the file.</returns>
    public static string Write(string folder, string segment, params double[] errors) => WriteOf(folder, segment, "/action/joint_positions", "/observation/joint_positions", errors);

    /// <summary>With entities of its own.</summary>
    public static string WriteOf(string folder, string segment, string command, string observation, params double[] errors)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        var store = StoreId.Recording(Application, segment);
        var time = (ulong)errors.Sum(e => Math.Abs(e) * 1_000_000) + 1_000_000;
        writer.SetStoreInfo(store, StoreSource.Other("tests"), new(1, 1));
        writer.WriteChunk(store, Joints(command, time, errors));
        writer.WriteChunk(store, Joints(observation, time + 10_000, new double[errors.Length]));
        writer.Finish().ShouldBeNull();
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{segment}-{string.Join('_', errors.Select(e => e.ToString(CultureInfo.InvariantCulture)))}.rrd");
        File.WriteAllBytes(path, output.WrittenSpan);
        return path;
    }

    /// <summary>One property at each entity path, all with a component <c>v</c>.</summary>
    public static string WriteProperties(string folder, string segment, params string[] names)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        var store = StoreId.Recording(Application, segment);
        writer.SetStoreInfo(store, StoreSource.Other("tests"), new(1, 1));
        foreach (var (at, name) in names.Index())
        {
            var id = new Tuid(1_000_000, (ulong)at * 10);
            writer.WriteChunk(store, ChunkBuilder.SendProperty(id, id.Next(), name, ChunkBuilder.AnyValue("v", Int64Array.From([at]))));
        }

        writer.Finish().ShouldBeNull();
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{segment}.rrd");
        File.WriteAllBytes(path, output.WrittenSpan);
        return path;
    }

    /// <summary>What a worker at a queue answers: two rows at the entity path of its layer.</summary>
    public static byte[] Answer(OutsideJob job)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        var store = StoreId.Recording(job.ApplicationId, job.RecordingId);
        writer.SetStoreInfo(store, StoreSource.Other("tests"), new(1, 1));
        writer.WriteChunk(store, Joints($"/derived/{job.OutputLayer}", 2_000_000, [0.5, 1.5]));
        writer.Finish().ShouldBeNull();
        return output.WrittenSpan.ToArray();
    }

    public static string[] WriteMany(string folder, int count, int from = 0) => [.. Enumerable.Range(from, count).Select(i => Write(folder, $"segment_{i:00000}", 0.01 * (i % 20), 0.02, 0.03))];

    private static Chunk Joints(string entity, ulong time, double[] firstJoint)
    {
        var id = new Tuid(time, 0);
        var rows = firstJoint.Length;
        var ids = new byte[rows * Tuid.Size];
        for (var row = 0; row < rows; row++)
        {
            id.Next((ulong)row + 1).WriteBigEndian(ids.AsSpan(row * Tuid.Size));
        }

        var times = TimelineTypes.ArrayOf(TimelineKind.Timestamp, [.. Enumerable.Range(0, rows).Select(r => 1_750_000_000_000_000_000 + (r * RowNs))]);
        var values = DoubleArray.From([.. firstJoint.SelectMany(first => new[] { first, 0.0 })]);
        return new(id, EntityPath.Parse(entity), FixedSizeBinaryArray.Wrap(Tuid.Size, ids, rows), [new TimeColumn("real_time", times)], [new(new(null, "Scalars:scalars", null), ListArray.OfUniformLength(values, 2))]);
    }
}
