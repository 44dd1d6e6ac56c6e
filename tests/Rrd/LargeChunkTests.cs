using Strata.Arrow;

namespace Strata.Rrd.Tests;

public class LargeChunkTests
{
    private const int ColumnBytes = 100 << 20;

    [Fact]
    public void A_chunk_that_no_reader_would_take_is_refused_before_its_gigabyte_is_made()
    {
        // One array of 100 MiB under eleven names.
        var lists = ListArray.OfUniformLength(UInt8Array.From(new byte[ColumnBytes]), ColumnBytes);
        var columns = Enumerable.Range(0, 11).Select(i => new ComponentColumn(ComponentDescriptor.Any($"c{i}"), lists));
        var chunk = ChunkBuilder.SendColumns(new Tuid(1, 1), new Tuid(2, 1), EntityPath.Parse("/a"), [ChunkBuilder.Timeline("t", TimelineKind.Sequence, [1])], [.. columns]);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        writer.SetStoreInfo(SampleLayer.Store, StoreSource.Other("test"), new Tuid(1, 1));
        var (position, allocated) = (writer.Position, GC.GetAllocatedBytesForCurrentThread());

        var refused = Should.Throw<ChunkRefusedException>(() => writer.WriteChunk(SampleLayer.Store, chunk));

        refused.Expected.ShouldBe($"a chunk of at most {RrdLimits.MaxUncompressedBytes} bytes");
        refused.WhatToDo.ShouldContain("in several chunks");
        writer.Position.ShouldBe(position);
        (GC.GetAllocatedBytesForCurrentThread() - allocated).ShouldBeLessThan(1 << 20);
        writer.Finish().ShouldBeNull();
    }
}
