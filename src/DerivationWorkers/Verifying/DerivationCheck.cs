using System.Text.Json;
using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>
/// Derives a layer again from what its event names, and compares: byte by byte what the same version and writer profile made, by what the files say else. Its files and
/// those of its inputs were found whole before. Source: DESIGN §5, rule 7.
/// </summary>
internal sealed class DerivationCheck(IEventStore events, IRecordingStore recordings, RecordingReading reading, DeriverRegistry derivers)
{
    private const int ReadBytes = 1 << 20;

    /// <param name="sources">The registrations of its inputs, in their order.</param>
    public async Task<DerivationProof> RunAsync(LayerRegistered layer, Provenance provenance, IReadOnlyList<LayerRegistered> sources, CancellationToken cancellationToken)
    {
        var (deriver, outside) = (derivers.Find(provenance.Deriver), derivers.FindOutside(provenance.Deriver));
        if (deriver is null && outside is null)
        {
            return Differs(layer, VerifySubjects.Version, $"the deriver '{provenance.Deriver}'", $"this program has {string.Join(", ", derivers.Names)}", null, $"made by {MadeBy(provenance)}");
        }

        try
        {
            var derivation = deriver is not null
                ? await DeriveAsync(layer, provenance, deriver, sources, cancellationToken).ConfigureAwait(false)
                : await DeriveOutsideAsync(layer, provenance, outside!, sources, cancellationToken).ConfigureAwait(false);
            return await CompareAsync(layer, provenance, derivation, deriver?.Version ?? outside!.Version, isOutside: deriver is null, cancellationToken).ConfigureAwait(false);
        }
        catch (OutsideDeriverException fault)
        {
            return Differs(layer, VerifySubjects.Derivation, $"a derivation by {MadeBy(provenance)}", $"{fault.Reason}: {fault.Message}", null, null);
        }
        catch (OutsideInputException fault) when (FileFault.IsIn(fault.InnerException!))
        {
            return Differs(layer, VerifySubjects.Derivation, $"a derivation by {MadeBy(provenance)}", fault.Message, null, null);
        }
        catch (Exception fault) when (FileFault.IsIn(fault))
        {
            return Differs(layer, VerifySubjects.Derivation, $"a derivation by {MadeBy(provenance)}", fault.Message, null, null);
        }
    }

    private async Task<Derivation> DeriveAsync(LayerRegistered layer, Provenance provenance, IDeriver deriver, IReadOnlyList<LayerRegistered> sources, CancellationToken cancellationToken)
    {
        var inputs = new List<InputLayer>(sources.Count);
        foreach (var source in sources)
        {
            inputs.Add(await LoadAsync(source, deriver, provenance.Parameters, cancellationToken).ConfigureAwait(false));
        }

        return deriver.Derive(RequestOf(layer, provenance, inputs), cancellationToken);
    }

    private async Task<Derivation> DeriveOutsideAsync(LayerRegistered layer, Provenance provenance, IOutsideDeriver deriver, IReadOnlyList<LayerRegistered> sources, CancellationToken cancellationToken)
    {
        var blobs = await events.ReadBlobsAsync([.. sources.SelectMany(s => new[] { s.SchemaBlob, s.ChunkIndexBlob }).Distinct()], cancellationToken).ConfigureAwait(false);
        return await new OutsideEvaluation(recordings, reading)
            .RunAsync(deriver, RequestOf(layer, provenance, []), [.. sources.Select(s => PreparedInput.Of(s, blobs))], cancellationToken).ConfigureAwait(false);
    }

    private static DerivationRequest RequestOf(LayerRegistered layer, Provenance provenance, IReadOnlyList<InputLayer> inputs) =>
        new(layer.Dataset, layer.Segment, provenance.Rule, provenance.Revision, layer.Layer, provenance.Parameters, inputs);

    private async Task<DerivationProof> CompareAsync(LayerRegistered layer, Provenance provenance, Derivation derivation, int version, bool isOutside, CancellationToken cancellationToken)
    {
        switch (derivation)
        {
            case Derivation.Derived derived:
                using (var kept = await recordings.OpenAsync(layer.Kept, cancellationToken).ConfigureAwait(false))
                {
                    return await CompareAsync(layer, provenance, derived, kept, isOutside, cancellationToken).ConfigureAwait(false);
                }

            case Derivation.Skipped skipped:
                var other = version == provenance.DeriverVersion ? null : $"made by {MadeBy(provenance)}; this program has version {version}";
                return Differs(layer, Subject(other), $"skipped ({skipped.Reason}): {skipped.Detail}", "a layer", null, other);
            default:
                throw new InvalidOperationException($"deriver '{provenance.Deriver}' gave neither a layer nor a reason to skip");
        }
    }

    private async Task<InputLayer> LoadAsync(LayerRegistered layer, IDeriver deriver, CanonicalJson parameters, CancellationToken cancellationToken)
    {
        var blobs = await events.ReadBlobsAsync([layer.SchemaBlob, layer.ChunkIndexBlob], cancellationToken).ConfigureAwait(false);
        var input = PreparedInput.Of(layer, blobs);
        using var recording = await recordings.OpenAsync(layer.Kept, cancellationToken).ConfigureAwait(false);
        return await reading.LoadInput(layer, input.SchemaIpc, input.ChunkIndexIpc, recording, deriver, parameters, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="isOutside">What it says is compared, whatever its bytes are.</param>
    private static async Task<DerivationProof> CompareAsync(LayerRegistered layer, Provenance provenance, Derivation.Derived derived, IOpenRecording kept, bool isOutside, CancellationToken cancellationToken)
    {
        var now = derived.Provenance;
        var other = (now.DeriverVersion, now.WriterProfile) == (provenance.DeriverVersion, provenance.WriterProfile)
            ? null
            : $"made by {MadeBy(provenance)}; this program has version {now.DeriverVersion}, writer profile {now.WriterProfile}";
        var place = await FirstByteAsync(derived.Rrd, kept, cancellationToken).ConfigureAwait(false);
        if (place is null)
        {
            return new(other, null);
        }

        var difference = await OfContentAsync(layer, provenance, derived, kept, cancellationToken).ConfigureAwait(false);
        return difference switch
        {
            not null => Differs(layer, Subject(other), difference.Expected, difference.Found, difference.Place, other),
            null when other is not null => new(other, null),

            // How a library of somebody else cuts rows into chunks may depend on the clock; what they say is its author's promise.
            null when isOutside => new($"made by {MadeBy(provenance)}, an outside deriver: the same rows in other bytes", null),
            _ => Differs(layer, VerifySubjects.Derivation, "the same bytes from the same inputs", "the same rows in other bytes", $"byte {place}", null),
        };
    }

    /// <returns>Null: all bytes are the same.</returns>
    private static async Task<long?> FirstByteAsync(ReadOnlyMemory<byte> derived, IOpenRecording kept, CancellationToken cancellationToken)
    {
        for (var offset = 0L; offset < derived.Length; offset += ReadBytes)
        {
            var wanted = derived.Slice((int)offset, (int)Math.Min(ReadBytes, derived.Length - offset));
            var found = await kept.ReadAsync(offset, wanted.Length, cancellationToken).ConfigureAwait(false);
            var same = wanted.Span.CommonPrefixLength(found.Span);
            if (same < wanted.Length)
            {
                return offset + same;
            }
        }

        return kept.Length == derived.Length ? null : derived.Length;
    }

    private static async Task<ContentDifference?> OfContentAsync(
        LayerRegistered layer, Provenance provenance, Derivation.Derived derived, IOpenRecording kept, CancellationToken cancellationToken)
    {
        var expected = await RecordingContent.ReadAsync(new MemoryBytes(derived.Rrd), cancellationToken).ConfigureAwait(false);
        var found = await RecordingContent.ReadAsync(kept, cancellationToken).ConfigureAwait(false);
        return ContentComparison.First(expected, found, IsProvenance, cancellationToken)
            ?? (found.Columns.FirstOrDefault(IsProvenance) is { } column ? OfProvenance(column, layer, provenance, derived.Provenance, found) : null);
    }

    private static bool IsProvenance(ContentColumn column) => column.Component.Component == DerivedLayer.ProvenanceComponent;

    /// <summary>What a layer says of its origin is what its event says, and differs from a new derivation in nothing but the versions.</summary>
    private static ContentDifference? OfProvenance(ContentColumn column, LayerRegistered layer, Provenance provenance, Provenance now, RecordingContent found)
    {
        var place = $"entity {column.Entity}, component {column.Component.Component}";
        var texts = found.Cells(column).SelectMany(c => c.Column.Lists.GetSlicedValues(c.Row) is StringArray values ? Enumerable.Range(0, values.Length).Select(values.GetString) : []).ToList();
        if (texts is not [{ } text] || Read(text) != provenance)
        {
            return new($"what the event of layer '{layer.Layer}' says: {Text(provenance)}", string.Join(' ', texts), place);
        }

        return now with { DeriverVersion = provenance.DeriverVersion, WriterProfile = provenance.WriterProfile } == provenance ? null : new(Text(now), text, place);
    }

    private static Provenance? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, EventJsonContext.Default.Provenance);
        }
        catch (JsonException)
        {
            // It is told with what the event says.
            return null;
        }
    }

    private static string Text(Provenance provenance) => JsonSerializer.Serialize(provenance, EventJsonContext.Default.Provenance);

    private static string MadeBy(Provenance provenance) => $"{provenance.Deriver} version {provenance.DeriverVersion}, writer profile {provenance.WriterProfile}";

    private static string Subject(string? other) => other is null ? VerifySubjects.Derivation : VerifySubjects.Version;

    private static DerivationProof Differs(LayerRegistered layer, string what, string expected, string found, string? place, string? versions) =>
        new(versions, new(layer.Segment, layer.Layer, what, expected, found, what == VerifySubjects.Derivation ? layer.Kept.Location : null, place, versions));
}

/// <param name="Versions">Who made it and what this program has instead; null where they are the same.</param>
/// <param name="Difference">Null: the same bytes where the versions are the same, else the same rows.</param>
internal sealed record DerivationProof(string? Versions, VerifyDifference? Difference);
