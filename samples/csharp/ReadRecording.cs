using Strata.Arrow;
using Strata.Rrd;

namespace RecordingSamples;

public static class ReadRecording
{
    public static async Task PrintAsync(string path, EntityPath entity, TextWriter output, CancellationToken cancellationToken)
    {
        using var file = FileBytes.Open(path);
        var reader = await RrdReader.OpenAsync(file, cancellationToken);
        foreach (var finding in reader.Contents.Findings)
        {
            await output.WriteLineAsync($"at byte {finding.Offset}: {finding.Rule}: {finding.Message}");
        }

        foreach (var store in reader.Contents.Recordings)
        {
            await output.WriteLineAsync($"{store.Id}: {store.Manifest.Count} chunks, timelines {string.Join(", ", store.Manifest.Timelines.Select(timeline => timeline.Timeline))}");

            // Only the bytes of these chunks are read.
            foreach (var entry in store.Manifest.EntriesOf(entity))
            {
                var chunk = await reader.ReadChunkAsync(entry, cancellationToken);
                if (chunk.Timeline("real_time") is { } times && chunk.Component("Scalars:scalars") is { Lists: { Values: DoubleArray values } lists })
                {
                    for (var row = 0; row < chunk.NumRows; row++)
                    {
                        // A list a row: null is "not logged", empty is "cleared".
                        if (lists.IsValid(row) && lists.GetValueLength(row) > 0)
                        {
                            await output.WriteLineAsync($"{times.Times[row]} ns: {values.Values[lists.ValueOffsets[row]]:0.000}");
                        }
                    }
                }
            }
        }
    }
}
