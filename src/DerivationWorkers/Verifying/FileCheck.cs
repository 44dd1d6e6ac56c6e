using System.Globalization;
using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;
using Strata.Registrar;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>
/// Holds a kept file against its registration, wholly: that it is there and opens, its SHA-256 where one is recorded, the fingerprint of the recording in it, and that
/// each chunk can be decoded and is what the index says. One pass over the file. Source: DESIGN §4.1, §5.
/// </summary>
internal sealed class FileCheck(IEventStore events, IRecordingStore recordings, IRegistrar registrar)
{
    /// <param name="read">Told of the bytes as they are read.</param>
    public async Task<FileProof> RunAsync(SegmentHistory history, LayerRegistered layer, Action<long> read, CancellationToken cancellationToken)
    {
        try
        {
            using var file = await OpenAsync(layer, cancellationToken).ConfigureAwait(false);
            if (file.Length != layer.FileSizeBytes)
            {
                return new(false, Fault(layer, VerifySubjects.Recording, $"{layer.FileSizeBytes} bytes", $"{file.Length} bytes", place: null));
            }

            using var pass = new HashedPass(file, read);
            var broken = await CheckRecordingAsync(layer, file, pass, cancellationToken).ConfigureAwait(false);
            var hash = await pass.FinishAsync(cancellationToken).ConfigureAwait(false);
            if (layer.FileSha256 is { } expected && expected != hash)
            {
                return new(true, Fault(layer, VerifySubjects.FileSha256, expected.Value, hash.Value, WhereOf(layer, broken)));
            }

            return new(layer.FileSha256 is not null, broken ?? await CheckTimeAsync(layer, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception fault) when (FileFault.IsIn(fault))
        {
            return new(false, Fault(
                layer, VerifySubjects.Recording, $"the bytes of fingerprint {layer.Fingerprint}", await WordsAsync(history, fault, cancellationToken).ConfigureAwait(false), place: null));
        }
    }

    private static string WhereOf(LayerRegistered layer, FileFault? broken) => broken switch
    {
        null => $"somewhere in {layer.FileSizeBytes} bytes: every chunk can be read, so a value changed, or bytes between the chunks",
        { Place: { } place } => $"{place}: expected {broken.Expected}, found {broken.Found}",
        _ => $"{broken.What}: expected {broken.Expected}, found {broken.Found}",
    };

    private async Task<IOpenRecording> OpenAsync(LayerRegistered layer, CancellationToken cancellationToken)
    {
        try
        {
            return await recordings.OpenAnewAsync(layer.Kept, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException fault) when (ChangedReference.Of(layer, fault) is { } changed)
        {
            await registrar.RecordChangedAsync(changed, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<FileFault?> CheckRecordingAsync(LayerRegistered layer, IRandomAccessBytes file, HashedPass pass, CancellationToken cancellationToken)
    {
        try
        {
            var contents = (await RrdReader.OpenAsync(file, cancellationToken).ConfigureAwait(false)).Contents;
            var first = contents.Findings.Count > 0 ? contents.Findings[0] : null;
            if (contents.Recordings.FirstOrDefault(s => s.Id.RecordingId == layer.Segment && s.Id.ApplicationId == layer.ApplicationId) is not { } store)
            {
                return Fault(
                    layer, VerifySubjects.Fingerprint, $"the recording '{layer.Segment}' of application '{layer.ApplicationId}'",
                    $"{string.Join(", ", contents.Recordings.Select(s => $"'{s.Id.RecordingId}' of application '{s.Id.ApplicationId}'").DefaultIfEmpty("no recording"))}", PlaceOf(first));
            }

            if (Sha256Digest.FromBytes(RecordingFingerprint.Of(store)) is var found && found != layer.Fingerprint)
            {
                return Fault(layer, VerifySubjects.Fingerprint, layer.Fingerprint.Value, found.Value, PlaceOf(first));
            }

            return await CheckChunksAsync(layer, store.Manifest, pass, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is RrdFormatException or ArrowFormatException or InvalidDataException)
        {
            return Fault(layer, VerifySubjects.Recording, $"the recording of fingerprint {layer.Fingerprint}", fault.Message, fault is RrdFormatException format ? PlaceOf(format.Offset) : null);
        }
    }

    private static async Task<FileFault?> CheckChunksAsync(LayerRegistered layer, RrdManifest manifest, HashedPass pass, CancellationToken cancellationToken)
    {
        foreach (var entry in manifest.Entries.OrderBy(e => e.ByteOffset))
        {
            try
            {
                var chunk = await ChunkSource.ReadAsync(pass, entry, cancellationToken).ConfigureAwait(false);
                if (chunk.NumRows != entry.NumRows || chunk.EntityPath != entry.EntityPath)
                {
                    return Fault(layer, VerifySubjects.Chunk, $"{entry.NumRows} rows of {entry.EntityPath}", $"{chunk.NumRows} rows of {chunk.EntityPath}", PlaceOf(entry, entry.ByteOffset));
                }
            }
            catch (RrdFormatException fault)
            {
                return Fault(layer, VerifySubjects.Chunk, fault.Expected, fault.Found, PlaceOf(entry, fault.Offset));
            }
            catch (Exception fault) when (fault is ArrowFormatException or InvalidDataException)
            {
                return Fault(layer, VerifySubjects.Chunk, "a chunk that can be decoded", fault.Message, PlaceOf(entry, entry.ByteOffset));
            }
        }

        return null;
    }

    /// <summary>Where no hash is recorded, a file that was written since may hold other values in chunks of the same form, and nothing here can say that it does not.</summary>
    private async Task<FileFault?> CheckTimeAsync(LayerRegistered layer, CancellationToken cancellationToken)
    {
        if (layer is { FileSha256: not null } or { Kept.ModifiedAtNs: null })
        {
            return null;
        }

        var now = await recordings.OpenSourceAsync(new(layer.Kept.Location, layer.StorageUrl), new(), cancellationToken).ConfigureAwait(false);
        now.Bytes.Dispose();
        return now.Stamp.ModifiedAtNs == layer.Kept.ModifiedAtNs
            ? null
            : Fault(
                layer, VerifySubjects.Recording, $"a file that was not written since {Time(layer.Kept.ModifiedAtNs.Value)}, as it was registered",
                $"it was written at {Time(now.Stamp.ModifiedAtNs)}; its size, its end and its fingerprint are the same and every chunk can be read, but values may have changed and no SHA-256 of it is recorded. If it is right, {BrokenInput.Replace("DATASET", layer.Layer)} records it as it is now",
                place: null);
    }

    private async Task<string> WordsAsync(SegmentHistory history, Exception fault, CancellationToken cancellationToken)
    {
        if (fault is not RecordingMissingException { Location: var path }
            || history.All.LastOrDefault(r => r.Layer.Kept.Mode == KeepMode.Copy && path.EndsWith(r.Layer.Kept.Location, StringComparison.Ordinal)) is not { } gone)
        {
            return fault.Message;
        }

        var how = await ReleasedContent.FindAsync(events, gone.Layer.Kept.Location, gone.Position, cancellationToken).ConfigureAwait(false);
        return how is null ? fault.Message : $"layer '{gone.Layer.Layer}' of fingerprint {gone.Layer.Fingerprint}: {how}";
    }

    private static string? PlaceOf(RrdFinding? finding) => finding is null ? null : $"{PlaceOf(finding.Offset)}, {finding.Message}";

    private static string PlaceOf(long offset) => string.Create(CultureInfo.InvariantCulture, $"byte {offset}");

    private static string PlaceOf(ChunkEntry entry, long offset) => $"{PlaceOf(offset)}, {entry.Id.ToChunkId()} of {entry.EntityPath}";

    private static string Time(long ns) => DateTimeOffset.UnixEpoch.AddTicks(ns / TimeSpan.NanosecondsPerTick).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private static FileFault Fault(LayerRegistered layer, string what, string expected, string found, string? place) => new(what, expected, found, layer.Kept.Location, place);
}
