using System.Collections.Immutable;
using Strata.Arrow;
using Strata.Rrd;
using ApplicationId = Strata.Rrd.ApplicationId;

namespace Strata.DerivationWorkers;

/// <summary>Reads an answer and refuses whatever it should not be. Nothing of it is trusted before. Source: DESIGN rules 7 and 11.</summary>
internal static class OutsideAnswer
{
    /// <returns>Its chunks, in the order of entities and row ids.</returns>
    /// <exception cref="AnswerRefusedException">It is no answer to the job: expected, found, what to do.</exception>
    /// <param name="otherwise">What there could have been in its place.</param>
    public static async Task<ImmutableArray<Chunk>> ReadAsync(string path, string otherwise, DerivationRequest request, OutsideDefinition definition, CancellationToken cancellationToken)
    {
        // An empty one may be a pipe, of which there is nothing to read either.
        if (new FileInfo(path) is not { Exists: true, LinkTarget: null, Length: > 0 })
        {
            throw new AnswerRefusedException($"expected a file at answerPath, or {otherwise}, found neither");
        }

        using var file = FileBytes.Open(path);
        return await ReadAsync(file, request, definition, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ReadAsync(string, string, DerivationRequest, OutsideDefinition, CancellationToken)"/>
    public static async Task<ImmutableArray<Chunk>> ReadAsync(IRandomAccessBytes file, DerivationRequest request, OutsideDefinition definition, CancellationToken cancellationToken)
    {
        try
        {
            if (file.Length > definition.Limits.AnswerBytes)
            {
                throw new AnswerRefusedException($"expected at most {definition.Limits.AnswerBytes} bytes, found {file.Length}; write less, or raise limits.answerBytes");
            }

            var reader = await RrdReader.OpenAsync(file, cancellationToken).ConfigureAwait(false);
            var store = RequireStore(reader.Contents, request, definition.Limits);
            var chunks = new List<Chunk>(store.Manifest.Count);
            for (var k = 0; k < store.Manifest.Count; k++)
            {
                RequirePlace(store.Manifest.EntityPaths[k], request, definition);
                chunks.Add(await reader.ReadChunkAsync(store.Manifest[k], cancellationToken).ConfigureAwait(false));
                RequireComponents(chunks[^1]);
            }

            return [.. chunks.Where(c => c.NumRows > 0).OrderBy(c => c.EntityPath.ToString(), StringComparer.Ordinal).ThenByDescending(c => c.IsStatic).ThenBy(c => c.RowId(0))];
        }
        catch (RrdFormatException e)
        {
            throw new AnswerRefusedException($"expected a recording file, found at byte {e.Offset}: expected {e.Expected}, found {e.Found}");
        }
        catch (Exception e) when (e is ArrowFormatException or ChunkRefusedException or EndOfStreamException)
        {
            throw new AnswerRefusedException($"expected a recording file: {e.Message}");
        }
    }

    private static RrdStore RequireStore(RrdContents contents, DerivationRequest request, OutsideLimits limits)
    {
        if (contents.Findings.Count > 0)
        {
            throw new AnswerRefusedException($"expected a sound file, found at byte {contents.Findings[0].Offset}: {contents.Findings[0].Message}");
        }

        if (contents.Blueprints.FirstOrDefault() is { } blueprint)
        {
            throw new AnswerRefusedException($"expected no blueprint, found {blueprint.Id}");
        }

        var stores = contents.Recordings.Where(s => s.Manifest.Count > 0).ToList();
        if (stores is not [var store])
        {
            throw new AnswerRefusedException($"expected one recording with data in it, found {stores.Count}");
        }

        var application = ApplicationId.Normalise(request.Inputs[0].ApplicationId);
        return store.Id.RecordingId != request.Segment
            ? throw new AnswerRefusedException($"expected the recording id '{request.Segment}' (recordingId of the job), found '{store.Id.RecordingId}'")
            : store.Id.ApplicationId != application
                ? throw new AnswerRefusedException($"expected the application id '{application}' (applicationId of the job), found '{store.Id.ApplicationId}'")
                : Decoded(store) > limits.AnswerBytes * OutsideLimits.MaxExpansion
                    ? throw new AnswerRefusedException($"expected at most {limits.AnswerBytes * OutsideLimits.MaxExpansion} bytes when decoded, found {Decoded(store)}")
                    : store;
    }

    private static long Decoded(RrdStore store)
    {
        var bytes = 0L;
        foreach (var chunk in store.Manifest.UncompressedByteSizes)
        {
            bytes += chunk;
        }

        return bytes;
    }

    private static void RequirePlace(EntityPath entity, DerivationRequest request, OutsideDefinition definition)
    {
        if (entity == EntityPath.Properties)
        {
            throw new AnswerRefusedException(
                "expected no properties of the recording itself, found some at /__properties; they would overwrite those of the base layer: rr.RecordingStream(…, send_properties=False) leaves them out");
        }

        var outputs = definition.OutputsOf(request.OutputLayer);
        if (!outputs.Any(entity.StartsWith))
        {
            throw new AnswerRefusedException($"expected entities at or below {string.Join(", ", outputs)}, found {entity}; declare it in outputs of {definition.File}, or write elsewhere");
        }

        if (request.Inputs.FirstOrDefault(input => SchemaColumns.Of(input.Schema).Any(c => c.Column.Entity == entity)) is { } input)
        {
            throw new AnswerRefusedException($"expected entities of its own, found {entity}, which the input layer '{input.Layer}' has; what is derived must not hide what was recorded");
        }
    }

    private static void RequireComponents(Chunk chunk)
    {
        if (chunk.Component(DerivedLayer.ProvenanceComponent) is not null)
        {
            throw new AnswerRefusedException($"expected no component {DerivedLayer.ProvenanceComponent}, which Strata writes itself, found one on {chunk.EntityPath}");
        }
    }
}
