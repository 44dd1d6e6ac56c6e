using System.Collections.Concurrent;
using System.Security.Cryptography;
using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>
/// Compares the kept bytes with what the log says of them: copies by their hash, references by what was noted when they were registered, derived layers by deriving
/// them again from their provenance. Changes no layer; a reference that is not what was registered is noted in the log, once. Source: DESIGN §4.1, §5, rule 7, §12.
/// </summary>
public sealed class Verification(IEventStore events, ISegmentTable segmentTable, IRecordingStore recordings, IRegistrar registrar, RecordingReading reading, DeriverRegistry derivers)
{
    // A page of streams in memory; a dataset of any size passes through it.
    private const int SegmentsAtOnce = 64;

    private const int ReadBytes = 1 << 20;

    /// <param name="segment">Null: all of the dataset.</param>
    /// <param name="layer">Null: all current layers.</param>
    public async Task<VerifyReport> RunAsync(DatasetId dataset, string? segment, string? layer, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var different = new ConcurrentBag<VerifyDifference>();
        var (done, equal) = (0L, 0L);
        var segments = segment is null ? await ListSegmentsAsync(dataset, cancellationToken).ConfigureAwait(false) : [segment];
        foreach (var page in segments.Chunk(SegmentsAtOnce))
        {
            var streams = await events.ReadStreamsAsync([.. page.Select(s => StreamIds.Segment(dataset, s))], cancellationToken).ConfigureAwait(false);
            var targets = streams
                .Select(s => SegmentHistory.Of(s.Events))
                .SelectMany(h => h.Current.Where(r => layer is null || r.Layer.Layer == layer).Select(r => (History: h, r.Layer)));
            await Parallel.ForEachAsync(
                targets,
                new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
                async (target, token) =>
                {
                    if (await CompareAsync(target.History, target.Layer, token).ConfigureAwait(false) is { } difference)
                    {
                        different.Add(difference);
                    }
                    else
                    {
                        Interlocked.Increment(ref equal);
                    }

                    var looked = Interlocked.Increment(ref done);
                    progress?.Report(looked);
                }).ConfigureAwait(false);
        }

        return new(done, equal, [.. different.OrderBy(d => d.Segment, StringComparer.Ordinal).ThenBy(d => d.Layer, StringComparer.Ordinal)]);
    }

    private async Task<IReadOnlyList<string>> ListSegmentsAsync(DatasetId dataset, CancellationToken cancellationToken)
    {
        var table = await segmentTable.ReadAsync(dataset, new TableQuery(), cancellationToken).ConfigureAwait(false);
        var ids = (StringArray)table.Column("rerun_segment_id");
        return [.. Enumerable.Range(0, ids.Length).Select(i => ids.GetString(i)!)];
    }

    private async Task<VerifyDifference?> CompareAsync(SegmentHistory history, LayerRegistered layer, CancellationToken cancellationToken)
    {
        try
        {
            using var kept = await OpenAsync(layer, cancellationToken).ConfigureAwait(false);
            var found = await HashAsync(kept, cancellationToken).ConfigureAwait(false);
            if (layer.FileSha256 is { } expected && expected != found)
            {
                return Difference(layer, "file_sha256", expected.Value, found.Value);
            }

            return layer.Provenance is { } provenance ? await DeriveAgainAsync(history, layer, provenance, kept, cancellationToken).ConfigureAwait(false) : null;
        }
        catch (Exception fault) when (fault is IOException or RrdFormatException or ArrowFormatException or InvalidDataException)
        {
            return Difference(layer, "recording", $"the bytes of fingerprint {layer.Fingerprint}, and of its inputs", await WordsAsync(history, fault, cancellationToken).ConfigureAwait(false));
        }
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

    private async Task<IOpenRecording> OpenAsync(LayerRegistered layer, CancellationToken cancellationToken)
    {
        try
        {
            return await recordings.OpenAsync(layer.Kept, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException fault) when (ChangedReference.Of(layer, fault) is { } changed)
        {
            await registrar.RecordChangedAsync(changed, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<VerifyDifference?> DeriveAgainAsync(SegmentHistory history, LayerRegistered layer, Provenance provenance, IOpenRecording kept, CancellationToken cancellationToken)
    {
        var wanted = $"deriver '{provenance.Deriver}' version {provenance.DeriverVersion}";
        if (derivers.Find(provenance.Deriver) is not { } deriver)
        {
            return Difference(layer, "derivation", wanted, $"this program has {string.Join(", ", derivers.Names)}");
        }

        if (deriver.Version != provenance.DeriverVersion)
        {
            return Difference(layer, "derivation", wanted, $"this program has version {deriver.Version}, which need not give the same bytes");
        }

        var inputs = new List<InputLayer>(provenance.Inputs.Count);
        foreach (var input in provenance.Inputs)
        {
            if (history.FindContent(input) is not { } source)
            {
                return Difference(layer, "derivation", $"input layer '{input.Layer}' of fingerprint {input.Fingerprint}", "the segment's log has no such registration");
            }

            inputs.Add(await LoadAsync(source.Layer, deriver, provenance.Parameters, cancellationToken).ConfigureAwait(false));
        }

        var request = new DerivationRequest(layer.Dataset, layer.Segment, provenance.Rule, provenance.Revision, layer.Layer, provenance.Parameters, inputs);
        return deriver.Derive(request, cancellationToken) switch
        {
            Derivation.Derived derived => await CompareBytesAsync(layer, derived.Rrd, kept, cancellationToken).ConfigureAwait(false),
            Derivation.Skipped skipped => Difference(layer, "derivation", "a layer", $"skipped ({skipped.Reason}): {skipped.Detail}"),
            _ => throw new InvalidOperationException($"deriver '{deriver.Name}' gave neither a layer nor a reason to skip"),
        };
    }

    private async Task<InputLayer> LoadAsync(LayerRegistered layer, IDeriver deriver, CanonicalJson parameters, CancellationToken cancellationToken)
    {
        var blobs = await events.ReadBlobsAsync([layer.SchemaBlob, layer.ChunkIndexBlob], cancellationToken).ConfigureAwait(false);
        var input = PreparedInput.Of(layer, blobs);
        using var recording = await recordings.OpenAsync(layer.Kept, cancellationToken).ConfigureAwait(false);
        return await reading.LoadInput(layer, input.SchemaIpc, input.ChunkIndexIpc, recording, deriver, parameters, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<VerifyDifference?> CompareBytesAsync(LayerRegistered layer, ReadOnlyMemory<byte> derived, IOpenRecording kept, CancellationToken cancellationToken)
    {
        for (var offset = 0L; offset < derived.Length; offset += ReadBytes)
        {
            var wanted = derived.Slice((int)offset, (int)Math.Min(ReadBytes, derived.Length - offset));
            var found = await kept.ReadAsync(offset, wanted.Length, cancellationToken).ConfigureAwait(false);
            var same = wanted.Span.CommonPrefixLength(found.Span);
            if (same < wanted.Length)
            {
                return Difference(layer, "derivation", "the same bytes from the same inputs", $"the kept file differs from byte {offset + same} on");
            }
        }

        return kept.Length == derived.Length ? null : Difference(layer, "derivation", $"{derived.Length} bytes", $"{kept.Length} bytes");
    }

    private static async Task<Sha256Digest> HashAsync(IOpenRecording kept, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var offset = 0L; offset < kept.Length;)
        {
            var bytes = await kept.ReadAsync(offset, ReadBytes, cancellationToken).ConfigureAwait(false);
            if (bytes.IsEmpty)
            {
                throw new EndOfStreamException($"expected {kept.Length} bytes, found {offset}");
            }

            hash.AppendData(bytes.Span);
            offset += bytes.Length;
        }

        return Sha256Digest.FromBytes(hash.GetHashAndReset());
    }

    private static VerifyDifference Difference(LayerRegistered layer, string what, string expected, string found) => new(layer.Segment, layer.Layer, what, expected, found);
}
