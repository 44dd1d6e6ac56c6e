using Strata.Rrd;

namespace RecordingSamples;

public static class ScanRecording
{
    public static async Task<int> CountRowsAsync(Stream stream, CancellationToken cancellationToken)
    {
        var rows = 0;
        await RrdReader.ScanAsync(
            stream,
            stored =>
            {
                rows += stored.Chunk.NumRows;
                return ValueTask.CompletedTask;
            },
            cancellationToken);
        return rows;
    }
}
