using System.Text.Json;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What lies in a derived file. Source: rrd-format §8.3, §8.4, DESIGN §7, rule 7.</summary>
public class LayerShapeTests
{
    private static readonly string Segment = TestRecordings.SampleSegments[0];

    [Fact]
    public async Task The_errors_are_shaped_as_the_SDK_shapes_them()
    {
        var ours = (await LayersAsync()).Tracking.Single(c => c.EntityPath == EntityPath.Parse("/derived/tracking_error") && !c.IsStatic);
        var theirs = (await GivenAsync("tracking_error")).Single(c => c.EntityPath == EntityPath.Parse("/derived/tracking_error"));

        ours.Components.Select(c => c.Descriptor).ShouldBe(theirs.Components.Select(c => c.Descriptor));
        ours.Components[0].Lists.DataType.ShouldBe(theirs.Components[0].Lists.DataType);
        ours.Timelines.Select(t => (t.Name, t.Kind)).ShouldBe(theirs.Timelines.Select(t => (t.Name, t.Kind)));
        ours.Timelines[0].Times.ToArray().ShouldBe(theirs.Timelines[0].Times.ToArray());
    }

    [Fact]
    public async Task The_verdict_is_shaped_as_send_property_shapes_it()
    {
        var ours = (await LayersAsync()).Quality.Single(c => c.EntityPath == EntityPath.Parse("/__properties/quality"));
        var theirs = (await GivenAsync("quality")).Single(c => c.EntityPath == EntityPath.Parse("/__properties/quality"));

        ours.IsStatic.ShouldBeTrue();
        ours.Components.Select(c => c.Descriptor).ShouldBe(theirs.Components.Select(c => c.Descriptor));
        ours.Components[0].Lists.DataType.ShouldBe(theirs.Components[0].Lists.DataType);
        ((BooleanArray)ours.Components[0].Lists.GetSlicedValues(0)!).GetValue(0).ShouldBe(((BooleanArray)theirs.Components[0].Lists.GetSlicedValues(0)!).GetValue(0));
    }

    [Fact]
    public async Task No_derived_layer_says_anything_about_the_recording_itself()
    {
        var (tracking, quality) = await LayersAsync();
        tracking.Concat(quality).ShouldAllBe(chunk => chunk.EntityPath != EntityPath.Properties);
    }

    [Fact]
    public async Task Provenance_is_one_static_json_beside_the_errors_and_never_a_property()
    {
        var derived = (await Deriving.TrackingErrorAsync(TestRecordings.Sample(Segment))).ShouldBeOfType<Derivation.Derived>();
        var chunks = await Deriving.ChunksAsync(derived.Rrd);

        var chunk = chunks.Single(c => c.Component("strata:provenance") is not null);
        chunk.EntityPath.ShouldBe(EntityPath.Parse("/derived/tracking_error"));
        chunk.IsStatic.ShouldBeTrue();
        var json = ((StringArray)chunk.Component("strata:provenance")!.Lists.GetSlicedValues(0)!).GetString(0)!;
        JsonSerializer.Deserialize(json, EventJsonContext.Default.Provenance).ShouldBe(derived.Provenance);
        derived.Provenance.RowsUsed.ShouldBe(270);
        derived.Provenance.Inputs.ShouldHaveSingleItem().Layer.ShouldBe("base");
        derived.Provenance.WriterProfile.ShouldBe(1);
    }

    [Fact]
    public async Task The_recording_has_the_segments_id_and_the_base_layers_application_id()
    {
        var input = await RrdReader.OpenAsync(new MemoryBytes(await File.ReadAllBytesAsync(TestRecordings.Sample(Segment), Cancel)), Cancel);
        var tracking = (await Deriving.TrackingErrorAsync(TestRecordings.Sample(Segment))).ShouldBeOfType<Derivation.Derived>();
        var quality = (await Deriving.QualityAsync(tracking.Rrd)).ShouldBeOfType<Derivation.Derived>();

        foreach (var file in new[] { tracking.Rrd, quality.Rrd })
        {
            var output = await RrdReader.OpenAsync(new MemoryBytes(file), Cancel);
            output.Contents.Recordings.Single().Id.ShouldBe(input.Contents.Recordings.Single().Id);
        }
    }

    [Fact]
    public async Task All_ids_are_one_nanosecond_newer_than_the_newest_of_the_inputs_and_ascend()
    {
        var file = await File.ReadAllBytesAsync(TestRecordings.Sample(Segment), Cancel);
        var reader = await RrdReader.OpenAsync(new MemoryBytes(file), Cancel);
        var store = reader.Contents.Recordings.Single();
        var newest = store.Manifest.ChunkIds.ToArray().Max(id => id.TimeNs);
        await foreach (var chunk in reader.ReadChunksAsync(store, Cancel))
        {
            if (IsJoints(chunk.EntityPath))
            {
                newest = Math.Max(newest, Enumerable.Range(0, chunk.NumRows).Max(row => chunk.RowId(row).TimeNs));
            }
        }

        var (tracking, quality) = await LayersAsync();

        tracking.SelectMany(Ids).ShouldAllBe(id => id.TimeNs == newest + 1);
        quality.SelectMany(Ids).ShouldAllBe(id => id.TimeNs == newest + 2);
        tracking.Concat(quality).SelectMany(Ids).ShouldBeUnique();
        tracking.Concat(quality).ShouldAllBe(chunk => chunk.IsSortedByRowId);
    }

    [Fact]
    public async Task Rule_7_a_row_that_is_newer_than_every_chunk_makes_the_ids_newer_still()
    {
        var builder = new RecordingBuilder().WithRowsNewerBy(5_000).Add("/action/joint_positions", [1], [[1.0]]).Add("/observation/joint_positions", [1], [[0.5]]);
        var newestRow = builder.Chunks[0].RowId(0).TimeNs;
        newestRow.ShouldBeGreaterThan(builder.Chunks.Max(chunk => chunk.Id.TimeNs));

        var derived = (await Deriving.TrackingErrorAsync(builder.ToRrd())).ShouldBeOfType<Derivation.Derived>();

        (await Deriving.ChunksAsync(derived.Rrd)).SelectMany(Ids).ShouldAllBe(id => id.TimeNs == newestRow + 1);
    }

    [Fact]
    public async Task Other_parameters_give_other_ids()
    {
        var first = await FirstIdAsync("{}");
        var second = await FirstIdAsync("""{"maxAgeNs":1}""");
        second.ShouldNotBe(first);
        second.TimeNs.ShouldBe(first.TimeNs);

        static async Task<Tuid> FirstIdAsync(string parameters) =>
            (await Deriving.ChunksAsync((await Deriving.TrackingErrorAsync(TestRecordings.Sample(Segment), parameters)).ShouldBeOfType<Derivation.Derived>().Rrd))[0].Id;
    }

    [Fact]
    public async Task Only_chunks_of_the_joints_are_read()
    {
        var path = TestRecordings.Sample(TestRecordings.SampleSegments[3]);
        var file = await File.ReadAllBytesAsync(path, Cancel);
        var bytes = new RecordingReads(file);
        var deriver = new TrackingErrorDeriver();
        var store = (await RrdReader.OpenAsync(new MemoryBytes(file), Cancel)).Contents.Recordings.Single();

        var input = await InputLayerLoader.LoadAsync(
            new("base", Sha256Digest.Of(file)), store.Id.ApplicationId, store.Schema, store.Manifest, bytes, deriver, CanonicalJson.EmptyObject, Cancel);

        input.Chunks.Select(chunk => chunk.EntityPath.ToString()).Order().ShouldBe(["/action/joint_positions", "/observation/joint_positions"]);
        bytes.Reads.Select(read => read.Offset + MessageHeader.Size).ShouldBe(input.Chunks.Select(chunk => store.Manifest.Entries.Single(e => e.Id == chunk.Id).ByteOffset));
        input.NewestChunkId.ShouldBe(store.Manifest.ChunkIds.ToArray().Max());
    }

    [Fact]
    public async Task A_layer_is_loaded_from_what_its_event_names()
    {
        var file = await File.ReadAllBytesAsync(TestRecordings.Sample(Segment), Cancel);
        var store = (await RrdReader.OpenAsync(new MemoryBytes(file), Cancel)).Contents.Recordings.Single();
        var deriver = new TrackingErrorDeriver();
        var digest = Sha256Digest.Of(file);
        var registered = new LayerRegistered(
            Deriving.Dataset, Segment, "base", "rrd", store.Id.ApplicationId, "file:///x.rrd", new(KeepMode.Copy, "x", null, null), file.Length, file.Length, digest, digest,
            store.Manifest.Count, digest, digest, null, digest, [], new("cli", null), null, LayerOrigin.Given, null);

        var input = await InputLayerLoader.LoadAsync(
            registered, ArrowStreamWriter.Write(store.Schema), ManifestTable.From(store.Manifest).ToIpcStream(), new MemoryBytes(file), deriver, CanonicalJson.EmptyObject, Cancel);

        var derived = Deriving.Derive(deriver, CanonicalJson.EmptyObject, new(Segment, input)).ShouldBeOfType<Derivation.Derived>();
        var expected = (await Deriving.TrackingErrorAsync(TestRecordings.Sample(Segment))).ShouldBeOfType<Derivation.Derived>();
        derived.Rrd.Span.SequenceEqual(expected.Rrd.Span).ShouldBeTrue();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<(List<Chunk> Tracking, List<Chunk> Quality)> LayersAsync()
    {
        var tracking = (await Deriving.TrackingErrorAsync(TestRecordings.Sample(Segment))).ShouldBeOfType<Derivation.Derived>();
        var quality = (await Deriving.QualityAsync(tracking.Rrd)).ShouldBeOfType<Derivation.Derived>();
        return (await Deriving.ChunksAsync(tracking.Rrd), await Deriving.ChunksAsync(quality.Rrd));
    }

    private static async Task<List<Chunk>> GivenAsync(string layer) =>
        await Deriving.ChunksAsync(await File.ReadAllBytesAsync(TestRecordings.InRepository("samples", "sample_5", "golden", "layers", $"{Segment}_{layer}.rrd"), Cancel));

    private static IEnumerable<Tuid> Ids(Chunk chunk) => Enumerable.Range(0, chunk.NumRows).Select(chunk.RowId).Append(chunk.Id);

    private static bool IsJoints(EntityPath path) => path.Parts.Count > 0 && path.Parts[^1] == "joint_positions";

    private sealed class RecordingReads(ReadOnlyMemory<byte> bytes) : IRandomAccessBytes
    {
        private readonly MemoryBytes _inner = new(bytes);

        public List<(long Offset, int Count)> Reads { get; } = [];

        public long Length => _inner.Length;

        public ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken)
        {
            Reads.Add((offset, count));
            return _inner.ReadAsync(offset, count, cancellationToken);
        }
    }
}
