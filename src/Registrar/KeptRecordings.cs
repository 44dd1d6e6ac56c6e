using Strata.Contracts;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.Registrar;

/// <summary>Which recordings a file that the store keeps is of, also one that was cut or damaged.</summary>
public sealed class KeptRecordings(IRecordingStore recordings, IRecordingInspector inspector)
{
    /// <returns>The ids of those of which something whole is in it; null: it cannot be read, so nobody knows.</returns>
    public async Task<IReadOnlyList<string>?> SegmentsAsync(KeptBytes kept, DatasetKind kind, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kept);
        try
        {
            using var bytes = await recordings.OpenAsync(kept, cancellationToken);
            return [.. (await inspector.InspectAsync(bytes, DatasetLimits.Of(kind).Stores, cancellationToken)).Recordings.Select(r => r.SegmentId)];
        }
        catch (Exception e) when (e is RrdFormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
