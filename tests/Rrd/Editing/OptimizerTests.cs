using Strata.Arrow;
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
    public async Task Archetypes_that_differ_much_in_size_are_parted_and_their_small_parts_joined()
    {
        var bytes = Written(Enumerable.Range(0, 8).Select(i => Mixed((ulong)i, blobBytes: 600 << 10)));

        var (parted, _) = await OptimizeAsync(bytes, CompactionLimits.ObjectStore);
        var (whole, _) = await OptimizeAsync(bytes, CompactionLimits.ObjectStore with { SplitSizeRatio = null });

        var chunks = await (await Recording.OpenAsync(parted)).ChunksAsync();
        chunks.Where(chunk => chunk.Component("Scalars:scalars") is not null).ShouldHaveSingleItem().NumRows.ShouldBe(8);
        chunks.ShouldAllBe(chunk => chunk.Component("Scalars:scalars") == null || chunk.Component("Blob:blob") == null);
        chunks.ShouldAllBe(chunk => (chunk.Component("Blob:blob") == null) == (chunk.Component("Blob:media_type") == null), "what one archetype says stays together");
        chunks.SelectMany(chunk => Enumerable.Range(0, chunk.NumRows).Select(chunk.RowId)).Distinct().Count().ShouldBe(8);
        (await (await Recording.OpenAsync(whole)).ChunksAsync()).ShouldAllBe(chunk => chunk.Components.Count == 3);
        await Edited.ShouldBeSoundAsync(parted, "parted");
    }

    [Theory]
    [InlineData(1.0, 2)]
    [InlineData(10.0, 1)]
    public async Task Parted_is_what_is_so_many_times_as_large(double ratio, int chunks)
    {
        var bytes = Written([Mixed(1, blobBytes: 20)]);

        (await OptimizeAsync(bytes, CompactionLimits.ObjectStore with { SplitSizeRatio = ratio })).Report.ChunksWritten.ShouldBe(chunks);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public async Task A_ratio_below_one_or_without_bounds_is_refused(double ratio) =>
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => OptimizeAsync(Tiny(1), CompactionLimits.ObjectStore with { SplitSizeRatio = ratio }));

    [Theory]
    [MemberData(nameof(SdkFiles))]
    public async Task A_further_pass_joins_nothing_more(string name)
    {
        foreach (var limits in new[] { CompactionLimits.ObjectStore, new CompactionLimits(2_000, 7, 3) })
        {
            var (once, first) = await OptimizeAsync(Edited.Bytes(name), limits);
            var (_, second) = await OptimizeAsync(once, limits);

            second.ChunksWritten.ShouldBe(first.ChunksWritten, name);
        }
    }

    [Fact]
    public async Task A_chunk_that_found_nothing_to_join_keeps_its_stored_bytes()
    {
        // Stored without compression, which the writer of the output would not do.
        var bytes = Written([Mixed(1, blobBytes: 2_000)], WriterProfile.V1 with { UseLz4 = false });

        var (optimized, _) = await OptimizeAsync(bytes, CompactionLimits.Live);

        var reader = await Recording.OpenAsync(optimized);
        (await reader.ReadPayloadAsync(reader.Contents.Recordings.Single().Manifest[0], Edited.Token)).IsLz4.ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_read_ahead_is_what_is_read_one_after_another()
    {
        var bytes = Written(Enumerable.Range(0, 40).Select(i => Mixed((ulong)i, blobBytes: 100 << 10)));
        async Task<byte[]> MergedAsync(bool readsAhead) =>
            (await Edited.RunAsync(stream => RecordingMerge.RunAsync([Edited.Input(bytes)], stream, new EditingOptions { ReadsAhead = readsAhead }, Edited.Token))).Bytes;

        (await MergedAsync(true)).ShouldBe(await MergedAsync(false));
    }

    [Fact]
    public async Task The_same_input_gives_the_same_bytes()
    {
        var bytes = Tiny(500);

        (await OptimizeAsync(bytes, CompactionLimits.Live)).Bytes.ShouldBe((await OptimizeAsync(bytes, CompactionLimits.Live)).Bytes);
    }

    [Theory]
    [InlineData("views")]
    [InlineData("list views")]
    [InlineData("a dense union")]
    public async Task Values_that_lie_anywhere_in_a_chunk_go_into_one_of_its_parts_and_not_into_all(string form)
    {
        var bytes = Written([ChunkBuilder.SendColumns(
            new Tuid(1, 1), new Tuid(2, 0), EntityPath.Parse("/a"), [ChunkBuilder.Timeline("t", TimelineKind.Sequence, [.. Enumerable.Range(0, ScatteredRows).Select(row => (long)row)])],
            [ComponentColumn.Of(ComponentDescriptor.Any("v"), Scattered(form))])], WriterProfile.V1 with { UseLz4 = false });

        var (optimized, report) = await Edited.RunAsync(stream => RecordingOptimizer.RunAsync(
            [Edited.Input(bytes)], stream, CompactionLimits.ObjectStore with { MaxRows = ScatteredRows / 10 }, new EditingOptions { Profile = WriterProfile.V1 with { UseLz4 = false } }, Edited.Token));

        report.ChunksWritten.ShouldBe(10);
        optimized.Length.ShouldBeLessThan(bytes.Length * 5 / 4);
        (await RowsAsync(optimized)).ShouldBe(await RowsAsync(bytes));
    }

    [Fact]
    public async Task A_chunk_whose_parts_would_all_have_the_same_dictionary_stays_whole()
    {
        var entries = StringArray.From(Enumerable.Range(0, 1_000).Select(entry => new string((char)('a' + (entry % 26)), 1_000)).ToArray());
        var cells = ArrowArrayFactory.BuildArray(new ArrayData(
            new DictionaryType(Int32Type.Default, entries.DataType), 20_000, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>([.. Enumerable.Range(0, 20_000).Select(row => row % 1_000)])], null, entries.Data));
        var bytes = Written([ChunkBuilder.SendColumns(
            new Tuid(1, 1), new Tuid(2, 0), EntityPath.Parse("/a"), [ChunkBuilder.Timeline("t", TimelineKind.Sequence, [.. Enumerable.Range(0, 20_000).Select(row => (long)row)])],
            [ComponentColumn.Of(ComponentDescriptor.Any("v"), cells)])]);

        var (_, apart) = await OptimizeAsync(bytes, CompactionLimits.ObjectStore with { MaxRows = 10_000 });
        var (whole, report) = await OptimizeAsync(bytes, CompactionLimits.ObjectStore with { MaxRows = 100 });

        apart.ChunksWritten.ShouldBe(2);
        report.ChunksWritten.ShouldBe(1, "200 parts would have 200 MB");
        (await RowsAsync(whole)).ShouldBe(await RowsAsync(bytes));
    }

    private const int ScatteredRows = 500;

    // A kilobyte a row.
    private static IArrowArray Scattered(string form)
    {
        const int length = 1_000;
        var bytes = Enumerable.Range(0, ScatteredRows * length).Select(at => (byte)('a' + (at / length % 26))).ToArray();
        int[] starts = [.. Enumerable.Range(0, ScatteredRows).Select(row => row * length)];
        var items = UInt8Array.From(bytes);
        var item = new Field("item", items.DataType, nullable: true);
        return ArrowArrayFactory.BuildArray(form switch
        {
            "views" => new ArrayData(StringViewType.Default, ScatteredRows, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>([.. starts.SelectMany(start => new[] { length, bytes[start] * 0x01010101, 0, start })]), new ArrowBuffer(bytes)]),
            "list views" => new ArrayData(new ListViewType(item), ScatteredRows, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>(starts), ArrowBuffer.Of<int>([.. starts.Select(_ => length)])], [items.Data]),
            _ => new ArrayData(
                new UnionType([new Field("bytes", new FixedSizeBinaryType(length), nullable: true)], [0], UnionMode.Dense), ScatteredRows, 0, 0,
                [new ArrowBuffer(new byte[ScatteredRows]), ArrowBuffer.Of<int>([.. Enumerable.Range(0, ScatteredRows)])], [FixedSizeBinaryArray.Wrap(length, bytes, ScatteredRows).Data]),
        });
    }

    private static Task<(byte[] Bytes, EditingReport Report)> OptimizeAsync(byte[] bytes, CompactionLimits limits) =>
        Edited.RunAsync(stream => RecordingOptimizer.RunAsync([Edited.Input(bytes)], stream, limits, new EditingOptions(), Edited.Token));

    private static Chunk Mixed(ulong number, int blobBytes) => ChunkBuilder.SendColumns(
        new Tuid(1, number),
        new Tuid(2, number),
        EntityPath.Parse("/a"),
        [ChunkBuilder.Timeline("t", TimelineKind.Sequence, [(long)number])],
        [
            ChunkBuilder.Scalars([number]),
            ComponentColumn.OneRow(ComponentDescriptor.Of("my.Blob", "blob", null), Strata.Arrow.UInt8Array.From(new byte[blobBytes])),
            ComponentColumn.OneRow(ComponentDescriptor.Of("my.Blob", "media_type", null), Strata.Arrow.StringArray.From("image/x")),
        ]);

    private static byte[] Written(IEnumerable<Chunk> chunks, WriterProfile? profile = null)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, profile ?? WriterProfile.V1);
        writer.SetStoreInfo(SampleLayer.Store, StoreSource.Other("test"), new Tuid(1, 1));
        foreach (var chunk in chunks)
        {
            writer.WriteChunk(SampleLayer.Store, chunk);
        }
        writer.Finish().ShouldBeNull();
        return output.WrittenSpan.ToArray();
    }

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
                    using var values = new Strata.Arrow.ArrayHash(Strata.Arrow.ValueBudget.Unlimited);
                    foreach (var component in chunk.Components)
                    {
                        values.Append(hash, component.Lists, row, 1);
                    }
                    var times = chunk.Timelines.Select(timeline => $"{timeline.Name}={timeline.Times[row]}").ToList();
                    rows.Add($"{store.Id} {chunk.EntityPath} {chunk.RowId(row)} {string.Join(' ', times)} {string.Join(' ', chunk.Components.Select(c => c.Descriptor))} {Convert.ToHexString(hash.GetHashAndReset())}");
                }
            }
        }
        return [.. rows.Order(StringComparer.Ordinal)];
    }
}
