using System.Buffers;
using System.Text;
using System.Text.Json;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>A deriver as it may have been: another version and writer profile, other ids, each row in a chunk of its own, nothing compressed.</summary>
internal sealed class EarlierDeriver(IDeriver deriver) : IDeriver
{
    public const int EarlierVersion = 900;

    private static readonly WriterProfile Profile = new(901, CrateVersion.NewestKnown, UseLz4: false);

    public string Name => deriver.Name;

    public int Version => EarlierVersion;

    /// <summary>What it gave for a scalar, by its row.</summary>
    public Func<int, double, double> Scalar { get; init; } = (_, value) => value;

    public string? RefuseParameters(CanonicalJson parameters) => deriver.RefuseParameters(parameters);

    public SchemaMatch Match(Schema schema, CanonicalJson parameters) => deriver.Match(schema, parameters);

    public bool Reads(Field column, CanonicalJson parameters) => deriver.Reads(column, parameters);

    public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        if (deriver.Derive(request, cancellationToken) is not Derivation.Derived derived)
        {
            throw new InvalidOperationException("the test's recordings are derived");
        }

        var provenance = derived.Provenance with { DeriverVersion = Version, WriterProfile = Profile.Number };
        return derived with { Rrd = Rewrite(derived.Rrd, provenance), Provenance = provenance, Facts = null };
    }

    private ReadOnlyMemory<byte> Rewrite(ReadOnlyMemory<byte> rrd, Provenance provenance)
    {
        // From memory nothing is waited for.
        var reader = RrdReader.OpenAsync(new MemoryBytes(rrd), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        var store = reader.Contents.Recordings.Single();
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, Profile);
        writer.SetStoreInfo(store.Id, store.Source, new(1, 1));
        var ids = 0UL;
        foreach (var entry in store.Manifest.Entries)
        {
            var chunk = reader.ReadChunkAsync(entry, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            for (var row = 0; row < chunk.NumRows; row++)
            {
                var id = new Tuid(chunk.Id.TimeNs, ++ids << 8);
                writer.WriteChunk(store.Id, Row(chunk, row, id, provenance));
            }
        }

        writer.Finish().ShouldBeNull();
        return output.WrittenMemory;
    }

    private Chunk Row(Chunk chunk, int row, Tuid id, Provenance provenance)
    {
        var rowId = new byte[Tuid.Size];
        id.Next(1).WriteBigEndian(rowId);
        return new(
            id,
            chunk.EntityPath,
            FixedSizeBinaryArray.Wrap(Tuid.Size, rowId, 1),
            chunk.Timelines.Select(t => new TimeColumn(t.Name, (PrimitiveArray<long>)t.Array.Slice(row, 1))),
            chunk.Components.Select(c => c with { Lists = Lists(c, row, provenance) }));
    }

    private ListArray Lists(ComponentColumn column, int row, Provenance provenance) => column.Descriptor.Component switch
    {
        DerivedLayer.ProvenanceComponent => Lists(StringArray.From(Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(provenance, EventJsonContext.Default.Provenance)))),
        EntityColumn.DefaultComponent => Lists(DoubleArray.From([Scalar(row, ((DoubleArray)column.Lists.GetSlicedValues(row)!).Values[0])])),
        _ => (ListArray)column.Lists.Slice(row, 1),
    };

    private static ListArray Lists(IArrowArray values) => ListArray.OfUniformLength(values, values.Length);
}
