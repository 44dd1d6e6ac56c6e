using Strata.Contracts;
using Strata.EventStore;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The purges of an exported log, collected while it is read through, and then what purged segments alone held of its files and contents.</summary>
internal sealed class LogPurges
{
    private readonly Dictionary<(DatasetId Dataset, string Segment), long> _purgedAt = [];
    private bool _isUnfinished;

    public void Take(LogRecord record)
    {
        switch (record)
        {
            case LogRecord.Event { Type: "recording_purged" } recorded when Read(recorded) is RecordingPurged purged:
                _purgedAt[(purged.Dataset, purged.Segment)] = recorded.Position;
                break;
            case LogRecord.Guarded { Row: { Scope: PurgedSegments.Scope, Value: not PurgedSegments.Erased } }:
                _isUnfinished = true;
                break;
        }
    }

    /// <param name="log">The file whose records were taken.</param>
    /// <exception cref="OperationException">It was cut or changed since.</exception>
    public async Task<PurgedInLog> ReadAsync(string log, string nextIfDamaged, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var content = new PurgedContent((dataset, segment, position) => _purgedAt.TryGetValue((dataset, segment), out var purgedAt) && position < purgedAt);
        if (_purgedAt.Count > 0)
        {
            await LookAsync(content.Name);
            await LookAsync(content.Hold);
        }

        // What is erased is not in a log any more that says so.
        return new(content.Files, _isUnfinished ? content.Blobs : new HashSet<Sha256Digest>());

        Task LookAsync(Action<StrataEvent, long> look) => ExportedLog.LookAsync(
            log,
            record =>
            {
                if (record is LogRecord.Event { Type: "layer_registered" or "segment_properties_set" or "recording_quarantined" or "recording_released" or "recording_discarded" or "recording_purged" } recorded)
                {
                    look(Read(recorded), recorded.Position);
                }
            },
            nextIfDamaged,
            progress,
            cancellationToken);
    }

    private static StrataEvent Read(LogRecord.Event recorded) => EventReader.Read(recorded.Type, recorded.DataJson.Span);
}

/// <summary>What is to be erased, or was: no backup takes it, and no restore brings it back.</summary>
/// <param name="Blobs">Those that may be in the log still.</param>
internal sealed record PurgedInLog(IReadOnlySet<string> Files, IReadOnlySet<Sha256Digest> Blobs);
