using System.Runtime.InteropServices;
using Strata.Arrow;

namespace Strata.Rrd.Tests;

public class SourceTests
{
    // Larger than what is read at once, so that the file's own reads are used.
    private const int Rows = 40_000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_gives_the_same_chunks_as_memory(bool useLz4)
    {
        var bytes = LargeRecording(useLz4);
        using var file = new TemporaryFile(bytes);
        using var source = FileBytes.Open(file.Path);
        var fromFile = await RrdReader.OpenAsync(source, TestContext.Current.CancellationToken);
        var fromMemory = await Recording.OpenAsync(bytes);
        fromFile.Contents.UsedFooter.ShouldBeTrue();
        var expected = await fromMemory.ChunksAsync();
        var found = await fromFile.ChunksAsync();
        found.Select(chunk => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(ChunkBatch.From(chunk).ToIpcStream())))
            .ShouldBe(expected.Select(chunk => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(ChunkBatch.From(chunk).ToIpcStream()))));
    }

    [Fact]
    public async Task An_uncompressed_chunk_is_a_view_of_the_bytes_that_were_read()
    {
        var bytes = LargeRecording(useLz4: false);
        var chunk = (await (await Recording.OpenAsync(bytes)).ChunksAsync())[0];
        var times = MemoryMarshal.AsBytes(chunk.Timelines[0].Times);
        bytes.AsSpan().Overlaps(times).ShouldBeTrue();
    }

    [Fact]
    public async Task A_stored_payload_is_handed_on_as_it_is()
    {
        var reader = await Recording.OpenAsync(LargeRecording(useLz4: true));
        var entry = reader.Contents.Recordings.Single().Manifest[0];
        var payload = await reader.ReadPayloadAsync(entry, TestContext.Current.CancellationToken);
        payload.IsLz4.ShouldBeTrue();
        payload.UncompressedSize.ShouldBe(entry.UncompressedByteSize);
        var stream = new byte[payload.UncompressedSize];
        Lz4BlockDecoder.Decode(payload.Bytes.Span, stream).ShouldBe(stream.Length);
        ChunkBatch.Read(RecordBatch.FromIpcStream(stream)).Id.ShouldBe(entry.Id);
    }

    [Fact]
    public async Task A_file_that_changed_under_its_index_is_an_error_that_says_so()
    {
        var bytes = LargeRecording(useLz4: true);
        var entry = (await Recording.OpenAsync(bytes)).Contents.Recordings.Single().Manifest[0];
        var other = new MemoryBytes(Recording.Fixture("F1.rrd"));
        var refusal = await Should.ThrowAsync<RrdFormatException>(async () => await ChunkSource.ReadAsync(other, entry, TestContext.Current.CancellationToken));
        refusal.WhatToDo.ShouldContain("has changed");
    }

    [Fact]
    public async Task Chunks_of_one_entity_are_found_in_the_index()
    {
        var manifest = (await Recording.OpenFixtureAsync("rich-input.rrd")).Contents.Stores.Single().Manifest;
        manifest.EntriesOf(EntityPath.Parse("/a")).Select(entry => entry.Index).ShouldBe([0, 2]);
        manifest.Entries.Count().ShouldBe(manifest.Count);
    }

    [Fact]
    public async Task A_manifest_survives_its_table()
    {
        var manifest = (await Recording.OpenFixtureAsync("rich-input.rrd")).Contents.Stores.Single().Manifest;
        var table = ManifestTable.From(manifest);
        ManifestTable.From(ManifestTable.Read(table)).ToIpcStream().ShouldBe(table.ToIpcStream());
    }

    private static byte[] LargeRecording(bool useLz4)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1 with { UseLz4 = useLz4 });
        writer.SetStoreInfo(SampleLayer.Store, StoreSource.Other("Strata"), new Tuid(1, 1));
        var times = Enumerable.Range(0, Rows).Select(row => (long)row).ToArray();
        var values = times.Select(time => (double)(time % 7)).ToArray();
        writer.WriteChunk(SampleLayer.Store, ChunkBuilder.SendColumns(new Tuid(2, 0), new Tuid(2, 1), EntityPath.Parse("/x"),
            [ChunkBuilder.Timeline("frame", TimelineKind.Sequence, times)], [ChunkBuilder.Scalars(values)]));
        writer.Finish().ShouldBeNull();
        return output.WrittenSpan.ToArray();
    }
}
