using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>
/// Writes an answer as a derived layer: what it says stays, its ids become ours, so that they order as those of all derived layers and nothing of the clock of the
/// process that made it is in the file; with provenance. Source: DESIGN rule 7.
/// </summary>
internal static class OutsideLayer
{
    /// <exception cref="AnswerRefusedException">It cannot be written as one recording.</exception>
    public static Derivation.Derived Write(DerivationRequest request, OutsideDefinition definition, OutsideReply reply, ImmutableArray<Chunk> answer)
    {
        if (answer.IsEmpty)
        {
            throw new AnswerRefusedException("expected rows or a property, found none; say on stdout why it derives nothing: {\"skipped\": \"…\"}");
        }

        var provenance = new Provenance(
            request.Rule,
            request.Revision,
            definition.Name,
            definition.Version,
            WriterProfile.V1.Number,
            request.Parameters,
            request.Inputs.Select(input => new DerivationInput(input.Layer, input.Fingerprint)).ToEquatableArray(),
            reply.RowsUsed ?? 0,
            OutsideReplies.Dropped(reply));
        var json = DerivedLayer.Json(provenance);
        var layer = new DerivedLayer(DerivedIds.After(request.Inputs, request.Segment, [.. json, .. DigestOf(answer)], [], []));
        try
        {
            layer.AddAll(answer);
            layer.AddProvenance(request.OutputLayer, json);
            return LayerFile.Write(request, layer, provenance, reply.Outcome ?? LayerFile.DerivedOutcome);
        }
        catch (Exception e) when (e is ChunkRefusedException or InvalidDataException)
        {
            throw new AnswerRefusedException($"it cannot be written as one recording: {e.Message}");
        }
    }

    /// <summary>Of what it says, without its ids: other content from the same inputs gets other ids.</summary>
    private static byte[] DigestOf(ImmutableArray<Chunk> answer)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var chunk in answer)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(chunk.EntityPath.ToString()));
            hash.AppendData([0]);
            var columns = chunk.Timelines.Select(t => (t.Name, Array: (IArrowArray)t.Array)).Concat(chunk.Components.Select(c => (Name: c.Descriptor.ToString(), Array: (IArrowArray)c.Lists))).ToList();
            var schema = new Schema(columns.Select(c => new Field(c.Name, c.Array.DataType, nullable: true)));
            hash.AppendData(new RecordBatch(schema, [.. columns.Select(c => c.Array)], chunk.NumRows).ToIpcStream());
        }

        return hash.GetHashAndReset();
    }
}
