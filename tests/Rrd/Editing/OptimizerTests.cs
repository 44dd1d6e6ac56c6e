using Strata.Rrd.Editing;

namespace Strata.Rrd.Tests.Editing;

public class OptimizerTests
{
    public static TheoryData<string> SdkFiles => [.. Edited.SdkFiles];

    [Fact]
    public async Task Two_thousand_chunks_of_one_row_become_one_of_two_thousand_rows()
    {
        var (optimized, report) = await OptimizeAsync(Tiny(2_000), CompactionLimits.ObjectStore);

        report.ChunksRead.ShouldBe(2_000);
        report.ChunksWritten.ShouldBe(1);
        var chunk = (await (await Recording.OpenAsync(optimized)).ChunksAsync()).ShouldHaveSingleItem();
        chunk.Timeline("t")!.Times.ToArray().ShouldBe(Enumerable.Range(0, 2_000).Select(i => (long)i));
        await Edited.ShouldBeSoundAsync(optimized, "optimized");
    }

    [Theory]
    [InlineData(256, 8)]
    [InlineData(1_000, 2)]
    public async Task No_chunk_gets_more_rows_than_it_may(int maxRows, int chunks)
    {
        var (optimized, report) = await OptimizeAsync(Tiny(2_000), CompactionLimits.ObjectStore with { MaxRows = maxRows });

        report.ChunksWritten.ShouldBe(chunks);
        (await (await Recording.OpenAsync(optimized)).ChunksAsync()).ShouldAllBe(chunk => chunk.NumRows <= maxRows);
    }

    [Fact]
    public async Task Where_times_are_not_sorted_fewer_rows_come_together()
    {
        var (optimized, _) = await OptimizeAsync(Tiny(100, i => -i), CompactionLimits.ObjectStore with { MaxRowsIfUnsorted = 10 });

        (await (await Recording.OpenAsync(optimized)).ChunksAsync()).ShouldAllBe(chunk => chunk.NumRows == 10);
    }

    [Fact]
    public async Task A_chunk_that_is_too_large_is_split_and_its_rows_keep_their_ids()
    {
        var bytes = Tiny(2_000);
        var (one, _) = await OptimizeAsync(bytes, CompactionLimits.ObjectStore);

        var (split, report) = await OptimizeAsync(one, CompactionLimits.ObjectStore with { MaxBytes = 10_000 });

        report.ChunksWritten.ShouldBeGreaterThan(5);
        (await RowsAsync(split)).ShouldBe(await RowsAsync(bytes));
        (await (await Recording.OpenAsync(split)).ChunksAsync()).Select(chunk => chunk.Id).ShouldBeUnique();
    }

    [Theory]
    [MemberData(nameof(SdkFiles))]
    public async Task Of_any_file_every_row_is_there_with_its_id_times_and_values(string name)
    {
        var bytes = Edited.Bytes(name);

        foreach (var limits in new[] { CompactionLimits.ObjectStore, new CompactionLimits(2_000, 7, 3) })
        {
            var (optimized, report) = await OptimizeAsync(bytes, limits);

            report.Findings.ShouldBeEmpty();
            (await RowsAsync(optimized)).ShouldBe(await RowsAsync(bytes), name);
            await Edited.ShouldBeSoundAsync(optimized, name);
        }
    }

    [Fact]
    public async Task The_same_input_gives_the_same_bytes()
    {
        var bytes = Tiny(500);

        (await OptimizeAsync(bytes, CompactionLimits.Live)).Bytes.ShouldBe((await OptimizeAsync(bytes, CompactionLimits.Live)).Bytes);
    }

    private static Task<(byte[] Bytes, EditingReport Report)> OptimizeAsync(byte[] bytes, CompactionLimits limits) =>
        Edited.RunAsync(stream => RecordingOptimizer.RunAsync([Edited.Input(bytes)], stream, limits, new EditingOptions(), Edited.Token));

    private static byte[] Tiny(int chunks, Func<int, long>? time = null)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        writer.SetStoreInfo(SampleLayer.Store, StoreSource.Other("test"), new Tuid(1, 1));
        for (var i = 0; i < chunks; i++)
        {
            writer.WriteChunk(SampleLayer.Store, ChunkBuilder.SendColumns(
                new Tuid(1, (ulong)i), new Tuid(2, (ulong)i), EntityPath.Parse("/a"), [ChunkBuilder.Timeline("t", TimelineKind.Sequence, [time?.Invoke(i) ?? i])], [ChunkBuilder.Scalars([i])]));
        }
        writer.Finish().ShouldBeNull();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A digest of each row, whatever chunk it is in.</summary>
    private static async Task<IReadOnlyList<string>> RowsAsync(byte[] bytes)
    {
        var rows = new List<string>();
        var reader = await Recording.OpenAsync(bytes);
        foreach (var store in reader.Contents.Stores)
        {
            await foreach (var chunk in reader.ReadChunksAsync(store, Edited.Token))
            {
                for (var row = 0; chunk.Components.Count > 0 && row < chunk.NumRows; row++)
                {
                    using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
                    foreach (var component in chunk.Components)
                    {
                        Strata.Arrow.ArrayHash.Append(hash, component.Lists.Slice(row, 1));
                    }
                    var times = chunk.Timelines.Select(timeline => $"{timeline.Name}={timeline.Times[row]}").ToList();
                    rows.Add($"{store.Id} {chunk.EntityPath} {chunk.RowId(row)} {string.Join(' ', times)} {string.Join(' ', chunk.Components.Select(c => c.Descriptor))} {Convert.ToHexString(hash.GetHashAndReset())}");
                }
            }
        }
        return [.. rows.Order(StringComparer.Ordinal)];
    }
}
