using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What was let go of, or purged, after a position of the log.</summary>
internal static class ReleasedSince
{
    public static async Task<HashSet<string>> ReadAsync(ILogStreams log, long afterPosition, CancellationToken cancellationToken)
    {
        var released = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in LogRow.ReadAsync(log, afterPosition, cancellationToken))
        {
            switch (row.Type is "bytes_released" or "recording_purged" ? EventReader.Read(row.Type, row.DataJson.Span) : null)
            {
                case BytesReleased e:
                    released.Add(e.Location);
                    break;
                case RecordingPurged e:
                    released.UnionWith(e.Layers.Select(l => l.Location).OfType<string>());
                    break;
            }
        }

        return released;
    }
}
