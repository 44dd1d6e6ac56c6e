using System.Globalization;
using Strata.Rrd;

namespace Strata.Bench;

/// <summary>Folders of recordings to register, made once.</summary>
internal static class RecordingSets
{
    public const int SmallRows = 60;

    private const int Joints = 7;

    /// <summary>Small recordings with the ids <c>bench_000000</c> on, written by the real SDK where it is there, else by ours.</summary>
    public static async Task<string> MadeAsync(int count, int rows, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Places.Recordings, string.Create(CultureInfo.InvariantCulture, $"{count}x{rows}"));
        if (IsComplete(folder, count))
        {
            return folder;
        }

        Console.Error.WriteLine($"making {count} recordings of {rows} rows in {folder}");
        Directory.CreateDirectory(folder);
        if (Peer.IsThere)
        {
            await Peer.MakeRecordingsAsync(folder, count, rows, cancellationToken);
            return folder;
        }

        for (var number = 0; number < count; number++)
        {
            var id = SyntheticEvents.Segment(number);
            var file = JointRecording.Write(JointRecording.Chunks(rows, Joints, rows, number), id, useLz4: true);
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{id}.rrd"), file, cancellationToken);
        }

        return folder;
    }

    /// <summary>Few other recordings, to warm a server up with.</summary>
    public static async Task<string> WarmUpAsync(CancellationToken cancellationToken)
    {
        const int Count = 200;
        var folder = Path.Combine(Places.Recordings, "warm-up");
        if (!IsComplete(folder, Count))
        {
            Directory.CreateDirectory(folder);
            for (var number = 0; number < Count; number++)
            {
                var id = $"warm_up_{number}";
                var file = JointRecording.Write(JointRecording.Chunks(SmallRows, Joints, SmallRows, number), id, useLz4: true);
                await File.WriteAllBytesAsync(Path.Combine(folder, $"{id}.rrd"), file, cancellationToken);
            }
        }

        return folder;
    }

    /// <summary>The sample episodes (images and all) again and again under new ids.</summary>
    public static async Task<string> CopiesOfSamplesAsync(int count, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Places.Recordings, string.Create(CultureInfo.InvariantCulture, $"samples_x{count}"));
        if (IsComplete(folder, count))
        {
            return folder;
        }

        Directory.CreateDirectory(folder);
        var samples = Directory.GetFiles(Places.Samples, "*.rrd").Order(StringComparer.Ordinal).ToList();
        for (var number = 0; number < count; number++)
        {
            var reader = await RrdReader.OpenAsync(new MemoryBytes(await File.ReadAllBytesAsync(samples[number % samples.Count], cancellationToken)), cancellationToken);
            var chunks = new List<Chunk>();
            await foreach (var chunk in reader.ReadChunksAsync(reader.Contents.Recordings.First(), cancellationToken))
            {
                // Ids are unique: a server may take two chunks of one id for the same.
                var id = new Tuid(chunk.Id.TimeNs, unchecked(chunk.Id.Inc + ((ulong)(number + 1) << 32)));
                chunks.Add(new Chunk(id, chunk.EntityPath, chunk.RowIds, chunk.Timelines, chunk.Components));
            }

            var segment = SyntheticEvents.Segment(number);
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{segment}.rrd"), JointRecording.Write(chunks, segment, useLz4: true), cancellationToken);
        }

        return folder;
    }

    public static IReadOnlyList<string> FilesOf(string folder) => [.. Directory.GetFiles(folder, "*.rrd").Order(StringComparer.Ordinal)];

    private static bool IsComplete(string folder, int count) => Directory.Exists(folder) && Directory.GetFiles(folder, "*.rrd").Length == count;
}
