using System.Buffers;
using Strata.Contracts;
using Strata.Recordings;
using Strata.Rrd;
using ApplicationId = Strata.Rrd.ApplicationId;

namespace Strata.DerivationWorkers;

/// <summary>What all derivers share when they write: where a layer comes from, and its file.</summary>
internal static class LayerFile
{
    public const string DerivedOutcome = "derived";

    /// <summary>A person should look: the answer could not be told.</summary>
    public const string ReviewOutcome = "review";

    private const string SourceName = "Strata";

    /// <summary>What a layer takes without rows: schemas, properties, provenance, footer.</summary>
    private const long RoomBytes = 16 * 1024;

    /// <summary>Time, row id, offset and value, before compression.</summary>
    private const long RoomBytesPerRow = 36;

    public static Provenance Provenance(DerivationRequest request, IDeriver deriver, long rowsUsed, DropCounts drops) => new(
        request.Rule,
        request.Revision,
        deriver.Name,
        deriver.Version,
        WriterProfile.V1.Number,
        request.Parameters,
        request.Inputs.Select(input => new DerivationInput(input.Layer, input.Fingerprint)).ToEquatableArray(),
        rowsUsed,
        drops.ToList());

    /// <summary>The whole file: one recording with the segment's id, without <c>RecordingInfo</c>, which would overwrite that of the base layer.</summary>
    public static Derivation.Derived Write(DerivationRequest request, DerivedLayer layer, Provenance provenance, string outcome)
    {
        var (rrd, written) = Write(request, layer);
        return new(rrd, provenance, outcome) { Facts = RecordingInspector.FactsOfWritten(written, layer.Chunks) };
    }

    private static (ReadOnlyMemory<byte> Rrd, WrittenStore Written) Write(DerivationRequest request, DerivedLayer layer)
    {
        var rows = layer.Chunks.Sum(chunk => (long)chunk.NumRows);
        var output = new ArrayBufferWriter<byte>((int)Math.Min(RoomBytes + rows * RoomBytesPerRow, Array.MaxLength));
        var writer = new RrdWriter(output, WriterProfile.V1);
        var store = StoreId.Recording(ApplicationId.Normalise(request.Inputs[0].ApplicationId), request.Segment);
        writer.SetStoreInfo(store, StoreSource.Other(SourceName), layer.StoreRowId);
        foreach (var chunk in layer.Chunks)
        {
            writer.WriteChunk(store, chunk);
        }

        return writer.Finish() is { } noFooter
            ? throw new InvalidDataException($"the layer {request.OutputLayer} of {request.Segment} cannot have a footer: {noFooter}")
            : (output.WrittenMemory, writer.Written(store));
    }
}
