namespace Strata.Rrd.Tests;

public class StreamWriterTests
{
    [Fact]
    public async Task Behind_a_message_that_did_not_go_out_nothing_is_written()
    {
        using var stream = new StreamThatFails();
        var writer = new RrdStreamWriter(stream, WriterProfile.V1);
        await writer.SetStoreInfoAsync(SampleLayer.Store, StoreSource.Other("test"), new Tuid(1, 1), Token);
        var written = stream.Length;
        stream.Fails = true;
        await Should.ThrowAsync<IOException>(async () => await writer.WriteChunkAsync(SampleLayer.Store, SampleLayer.Chunks()[0], Token));
        stream.Fails = false;

        var refused = await Should.ThrowAsync<InvalidOperationException>(async () => await writer.WriteChunkAsync(SampleLayer.Store, SampleLayer.Chunks()[1], Token));
        await Should.ThrowAsync<InvalidOperationException>(async () => await writer.FinishAsync(Token));

        refused.Message.ShouldContain("its last message may be half there");
        stream.Length.ShouldBe(written, "the message that failed must not go out with a later one");
    }

    [Fact]
    public async Task A_chunk_that_is_refused_leaves_the_writer_as_it_was()
    {
        using var stream = new StreamThatFails();
        var writer = new RrdStreamWriter(stream, WriterProfile.V1);
        await writer.SetStoreInfoAsync(SampleLayer.Store, StoreSource.Other("test"), new Tuid(1, 1), Token);
        await writer.WriteChunkAsync(SampleLayer.Store, SampleLayer.Chunks()[0], Token);

        await Should.ThrowAsync<ChunkRefusedException>(async () => await writer.WriteChunkAsync(SampleLayer.Store, SampleLayer.Chunks()[0], Token));

        (await writer.FinishAsync(Token)).ShouldBeNull();
        (await (await Recording.OpenAsync(stream.ToArray())).ChunksAsync()).ShouldHaveSingleItem();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private sealed class StreamThatFails : MemoryStream
    {
        public bool Fails { get; set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            Fails ? throw new IOException("the disk is full") : base.WriteAsync(buffer, cancellationToken);
    }
}
