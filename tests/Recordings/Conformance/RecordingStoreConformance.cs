using Strata.Contracts;

namespace Strata.Recordings.Tests;

/// <summary>What every place of recordings promises. Source: DESIGN §4.1, rules 14 and 15.</summary>
public abstract class RecordingStoreConformance
{
    /// <summary>More than one part of an upload, and not a whole number of them.</summary>
    private const int Large = 17_000_000;

    /// <summary>More than what a store reads at once.</summary>
    private const int LongestRead = 1_500_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<RecordingStoreUnderTest> CreateAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(3_000_000)]
    [InlineData(Large)]
    public async Task A_copy_is_named_by_its_content_and_outlives_its_source(int length)
    {
        await using var place = await CreateAsync();
        var bytes = Bytes(length);
        var kept = await place.Store.KeepAsync(Source(place, "a.rrd", bytes), KeepMode.Copy, Token);
        kept.FileSha256.ShouldBe(Sha256Digest.Of(bytes));
        kept.SizeBytes.ShouldBe(length);
        kept.Kept.ShouldBe(new KeptBytes(KeepMode.Copy, $"recordings/{kept.FileSha256!.Value.Value[..2]}/{kept.FileSha256.Value}.rrd", null, null));
        File.Delete(place.Folder.Path("a.rrd"));
        (await ReadAsync(place.Store, kept.Kept)).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        (await ReadAsync(place.OpenAnother(), kept.Kept)).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        (await place.NamesAsync()).ShouldBe([kept.Kept.Location]);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(Large)]
    public async Task What_was_uploaded_is_kept_under_its_hash_found_by_everybody_and_known_the_second_time(int length)
    {
        await using var place = await CreateAsync();
        var hash = Sha256Digest.Of(Bytes(length));
        var uploads = new RecordingUploads((IUploadTarget)place.Store, new());
        (await uploads.FindAsync(hash, Token)).ShouldBeNull();

        (await uploads.ReceiveAsync(hash, UploadPart.Whole(length), new MemoryStream(Bytes(length)), Token)).Outcome.ShouldBe(UploadOutcome.New);

        var another = (IUploadTarget)place.OpenAnother();
        var kept = (await another.FindAsync(hash, Token)).ShouldNotBeNull();
        (kept.SizeBytes, kept.FileSha256).ShouldBe((length, hash));
        (await another.HoldsAsync(hash, Token)).ShouldBeTrue();
        (await ReadAsync(place.Store, kept.Kept)).AsSpan().SequenceEqual(Bytes(length)).ShouldBeTrue();
        (await place.NamesAsync()).ShouldBe([kept.Kept.Location]);
        (await uploads.ReceiveAsync(hash, UploadPart.Whole(length), Stream.Null, Token)).Outcome.ShouldBe(UploadOutcome.Known);

        await place.OverwriteAsync(kept.Kept.Location, Bytes(length - 1));
        (await ((IUploadTarget)place.OpenAnother()).FindAsync(hash, Token)).ShouldBeNull("damaged");
    }

    [Fact]
    public async Task A_known_upload_is_young_again()
    {
        await using var place = await CreateAsync();
        var hash = Sha256Digest.Of(Bytes(10));
        var uploads = new RecordingUploads((IUploadTarget)place.Store, new());
        await uploads.ReceiveAsync(hash, UploadPart.Whole(10), new MemoryStream(Bytes(10)), Token);
        var kept = (await uploads.FindAsync(hash, Token)).ShouldNotBeNull();
        place.Age(kept.Kept.Location, TimeSpan.FromDays(2));
        var old = await place.Store.ListAsync(Token).SingleAsync(Token);

        (await uploads.FindAsync(hash, Token)).ShouldBe(kept);

        (await place.Store.ListAsync(Token).SingleAsync(Token)).ModifiedAtNs.ShouldBeGreaterThan(old.ModifiedAtNs);
        await using var letting = await place.Store.LetGoAsync(Token);
        (await letting.RemoveAsync(old, Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task Half_an_upload_is_listed_without_a_location_and_goes_as_it_was_listed()
    {
        await using var place = await CreateAsync();
        var hash = Sha256Digest.Of(Bytes(10));
        var uploads = new RecordingUploads((IUploadTarget)place.Store, new());
        await uploads.ReceiveAsync(hash, new(0, 4, 10), new MemoryStream(Bytes(10)[..4]), Token);
        var half = await place.Store.ListAsync(Token).SingleAsync(Token);
        (half.Location, half.SizeBytes).ShouldBe((null, 4));
        await uploads.ReceiveAsync(hash, new(4, 2, 10), new MemoryStream(Bytes(10)[4..6]), Token);
        var longer = await place.Store.ListAsync(Token).SingleAsync(Token);

        await using var letting = await place.Store.LetGoAsync(Token);
        (await letting.RemoveAsync(half, Token)).ShouldBeFalse("somebody went on with it");
        (await letting.RemoveAsync(longer, Token)).ShouldBeTrue();

        uploads.ReceivedOf(hash).ShouldBe(0);
        (await place.Store.ListAsync(Token).AnyAsync(Token)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(Large)]
    public async Task The_same_bytes_are_stored_once(int length)
    {
        await using var place = await CreateAsync();
        var kept = await place.Store.KeepAllAsync([Source(place, "a.rrd", Bytes(length)), Source(place, "b.rrd", Bytes(length))], KeepMode.Copy, Token);
        var written = await place.Store.WriteAllAsync([Bytes(length), Bytes(length)], Token);
        kept.Concat(written).Distinct().ShouldHaveSingleItem();
        (await place.NamesAsync()).ShouldBe([kept[0].Kept.Location]);
    }

    [Fact]
    public async Task Many_files_are_written_together_each_under_its_own_name()
    {
        await using var place = await CreateAsync();
        var files = Enumerable.Range(1, 40).Select(Bytes).ToList();
        var kept = await place.Store.WriteAllAsync([.. files.Select(f => (ReadOnlyMemory<byte>)f)], Token);
        kept.Select(k => k.FileSha256).ShouldBe(files.Select(f => (Sha256Digest?)Sha256Digest.Of(f)));
        (await place.Store.ListAsync(Token).Select(f => (f.Location, f.SizeBytes)).ToListAsync(Token)).ShouldBe(kept.Select(k => ((string?)k.Kept.Location, k.SizeBytes)), ignoreOrder: true);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(3_000_000)]
    public async Task A_damaged_copy_is_not_taken_for_the_bytes_that_its_name_says(int length)
    {
        await using var place = await CreateAsync();
        var bytes = Bytes(length);
        var kept = await place.Store.KeepAsync(Source(place, "a.rrd", bytes), KeepMode.Copy, Token);
        foreach (var again in (Func<Task>[])[() => place.Store.KeepAsync(Source(place, "b.rrd", bytes), KeepMode.Copy, Token), () => place.Store.WriteAllAsync([bytes], Token)])
        {
            await place.OverwriteAsync(kept.Kept.Location, [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]);
            await again();
            (await ReadAsync(place.OpenAnother(), kept.Kept)).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        }

        (await place.NamesAsync()).ShouldBe([kept.Kept.Location]);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(Large)]
    public async Task A_copy_is_put_back_from_the_same_bytes_only(int length)
    {
        await using var place = await CreateAsync();
        var (source, other) = (Source(place, "a.rrd", Bytes(length)), Source(place, "b.rrd", Bytes(length + 1)));
        var kept = await place.Store.KeepAsync(source, KeepMode.Copy, Token);
        (await place.Store.RestoreAsync(source, kept.Kept, Token)).ShouldBe(CopyState.Whole);

        await place.RemoveAsync(kept.Kept.Location);
        (await place.Store.IsThereAsync(kept.Kept, Token)).ShouldBeFalse();
        (await place.Store.RestoreAsync(other, kept.Kept, Token)).ShouldBe(CopyState.Lost);
        (await place.NamesAsync()).ShouldBeEmpty();
        (await place.Store.RestoreAsync(source, kept.Kept, Token)).ShouldBe(CopyState.PutBack);
        (await place.Store.IsThereAsync(kept.Kept, Token)).ShouldBeTrue();
        (await ReadAsync(place.Store, kept.Kept)).AsSpan().SequenceEqual(Bytes(length)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_recording_is_read_at_any_place_side_by_side_and_no_further_than_it_goes()
    {
        await using var place = await CreateAsync();
        var bytes = Bytes(3_000_000);
        var kept = (await place.Store.WriteAllAsync([bytes], Token))[0].Kept;
        using var open = await place.Store.OpenAsync(kept, Token);
        open.Length.ShouldBe(bytes.Length);
        var random = new Random(7);
        var places = Enumerable.Range(0, 200).Select(_ => (Offset: random.Next(bytes.Length + 10), Count: random.Next(LongestRead))).ToList();
        await Parallel.ForEachAsync(places, Token, async (part, token) =>
        {
            var expected = bytes[Math.Min(part.Offset, bytes.Length)..Math.Min(part.Offset + part.Count, bytes.Length)];
            (await open.ReadAsync(part.Offset, part.Count, token)).Span.SequenceEqual(expected).ShouldBeTrue();
            var into = new byte[part.Count];
            (await open.ReadIntoAsync(part.Offset, into, token)).ShouldBe(expected.Length);
            into.AsSpan(0, expected.Length).SequenceEqual(expected).ShouldBeTrue();
        });
    }

    [Theory]
    [InlineData(10)]
    [InlineData(3_000_000)]
    public async Task What_is_opened_anew_is_what_lies_there_now_whatever_was_read_before(int length)
    {
        await using var place = await CreateAsync();
        var kept = (await place.Store.KeepAsync(Source(place, "a.rrd", Bytes(length)), KeepMode.Copy, Token)).Kept;
        (await ReadAsync(place.Store, kept)).AsSpan().SequenceEqual(Bytes(length)).ShouldBeTrue();
        var flipped = Bytes(length);
        flipped[length / 2] ^= 1;
        await place.OverwriteAsync(kept.Location, flipped);

        using (var anew = await place.Store.OpenAnewAsync(kept, Token))
        {
            anew.Length.ShouldBe(length);
            (await anew.ReadAsync(0, length + 1, Token)).Span.SequenceEqual(flipped).ShouldBeTrue();
            (await anew.ReadAsync(length, 1, Token)).IsEmpty.ShouldBeTrue();
        }

        await place.RemoveAsync(kept.Location);
        await Should.ThrowAsync<RecordingMissingException>(async () => await place.Store.OpenAnewAsync(kept, Token));
    }

    [Fact]
    public async Task A_copy_that_vanished_is_missing_by_name()
    {
        await using var place = await CreateAsync();
        var kept = (await place.Store.WriteAllAsync([Bytes(11)], Token))[0];
        (await ReadAsync(place.Store, kept.Kept)).AsSpan().SequenceEqual(Bytes(11)).ShouldBeTrue();
        await place.RemoveAsync(kept.Kept.Location);
        (await Should.ThrowAsync<RecordingMissingException>(async () => await place.OpenAnother().OpenAsync(kept.Kept, Token))).Message.ShouldContain(kept.FileSha256!.Value.Value);
    }

    [Theory]
    [InlineData("recordings/../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("recordings/zz/abc.rrd")]
    public async Task Rule_12_a_location_that_this_store_did_not_make_is_not_opened(string location)
    {
        await using var place = await CreateAsync();
        await Should.ThrowAsync<RecordingRefusedException>(async () => await place.Store.OpenAsync(new KeptBytes(KeepMode.Copy, location, null, null), Token));
    }

    [Fact]
    public async Task A_source_that_is_missing_is_told_and_nothing_is_kept_of_it()
    {
        await using var place = await CreateAsync();
        var path = place.Folder.Path("none.rrd");
        (await Should.ThrowAsync<RecordingMissingException>(() => place.Store.KeepAsync(new(path, path), KeepMode.Copy, Token))).Message.ShouldContain("none.rrd");
        (await place.NamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_store_wrote_is_listed_and_what_somebody_else_put_there_is_not()
    {
        await using var place = await CreateAsync();
        var kept = await place.Store.WriteAllAsync([Bytes(1)], Token);
        await place.LeaveUnfinishedAsync();
        await place.PutForeignAsync();

        var listed = await place.Store.ListAsync(Token).ToListAsync(Token);
        listed.Where(f => f.Location is not null).Select(f => (f.Name, f.Location, f.SizeBytes)).ShouldBe([(kept[0].Kept.Location, kept[0].Kept.Location, 1L)]);
        var unfinished = listed.Where(f => f.Location is null).ShouldHaveSingleItem();

        await using var lettingGo = await place.Store.LetGoAsync(Token);
        (await lettingGo.RemoveAsync(unfinished, Token)).ShouldBeTrue();
        (await place.Store.ListAsync(Token).ToListAsync(Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_file_that_was_kept_again_since_it_was_listed_is_not_removed()
    {
        await using var place = await CreateAsync();
        var kept = await place.Store.WriteAllAsync([Bytes(1), Bytes(2)], Token);
        foreach (var file in kept)
        {
            place.Age(file.Kept.Location, TimeSpan.FromDays(2));
        }

        var all = await place.Store.ListAsync(Token).ToListAsync(Token);
        await place.Store.WriteAllAsync([Bytes(1)], Token);
        await using (var lettingGo = await place.Store.LetGoAsync(Token))
        {
            (await lettingGo.RemoveAsync(all.Single(f => f.Location == kept[0].Kept.Location), Token)).ShouldBeFalse();
            (await lettingGo.RemoveAsync(all.Single(f => f.Location == kept[1].Kept.Location), Token)).ShouldBeTrue();
        }

        (await place.Store.IsThereAsync(kept[0].Kept, Token), await place.Store.IsThereAsync(kept[1].Kept, Token)).ShouldBe((true, false));
    }

    [Fact]
    public async Task What_was_removed_cannot_be_read_any_more_by_who_removed_it()
    {
        await using var place = await CreateAsync();
        var kept = (await place.Store.WriteAllAsync([Bytes(5)], Token))[0];
        (await ReadAsync(place.Store, kept.Kept)).AsSpan().SequenceEqual(Bytes(5)).ShouldBeTrue();
        await using (var lettingGo = await place.Store.LetGoAsync(Token))
        {
            (await lettingGo.RemoveAsync(await place.Store.ListAsync(Token).SingleAsync(Token), Token)).ShouldBeTrue();
        }

        await Should.ThrowAsync<RecordingMissingException>(async () => await place.Store.OpenAsync(kept.Kept, Token));
    }

    [Fact]
    public async Task Nothing_is_let_go_of_while_somebody_holds_and_nothing_is_kept_while_somebody_lets_go_also_of_two_stores_over_one_place()
    {
        await using var place = await CreateAsync();
        var (one, other) = (place.Store, place.OpenAnother());
        var hold = await one.HoldAsync(Token);
        var lettingGo = other.LetGoAsync(Token);
        lettingGo.IsCompleted.ShouldBeFalse();
        await (await one.HoldAsync(Token)).DisposeAsync();

        await hold.DisposeAsync();
        var alone = await lettingGo;
        var kept = one.WriteAllAsync([Bytes(1)], Token);
        var held = one.HoldAsync(Token);
        (kept.IsCompleted, held.IsCompleted).ShouldBe((false, false));
        (await place.NamesAsync()).ShouldBeEmpty();

        await alone.DisposeAsync();
        await (await held).DisposeAsync();
        (await one.IsThereAsync((await kept)[0].Kept, Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_dies_between_saying_and_removing_leaves_a_mark()
    {
        await using var place = await CreateAsync();
        await (await place.Store.LetGoAsync(Token)).DisposeAsync();
        (await place.Store.WasCutWhileLettingGoAsync(Token)).ShouldBeFalse();

        await using (var lettingGo = await place.Store.LetGoAsync(Token))
        {
            await lettingGo.MarkAsync(Token);
        }

        (await place.OpenAnother().WasCutWhileLettingGoAsync(Token)).ShouldBeTrue();
        (await place.Store.ListAsync(Token).ToListAsync(Token)).ShouldBeEmpty();
        await using (var lettingGo = await place.Store.LetGoAsync(Token))
        {
            await lettingGo.UnmarkAsync(Token);
        }

        (await place.Store.WasCutWhileLettingGoAsync(Token)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(3_000_000)]
    public async Task A_copy_of_an_old_file_is_young_so_that_it_is_not_collected_before_its_event(int length)
    {
        await using var place = await CreateAsync();
        var source = Source(place, "a.rrd", Bytes(length));
        File.SetLastWriteTimeUtc(source.Path, DateTime.UtcNow.AddDays(-400));
        await place.Store.KeepAsync(source, KeepMode.Copy, Token);
        (await place.Store.ListAsync(Token).SingleAsync(Token)).ModifiedAtNs.ShouldBeGreaterThan(Stamps.UnixNanoseconds(DateTime.UtcNow.AddHours(-1)));
    }

    [Fact]
    public async Task A_local_file_can_be_referred_to_wherever_copies_lie()
    {
        await using var place = await CreateAsync();
        var source = Source(place, "a.rrd", Bytes(100_000));
        var kept = await place.Store.KeepAsync(source, KeepMode.Reference, Token);
        kept.FileSha256.ShouldBeNull();
        (await ReadAsync(place.Store, kept.Kept)).AsSpan().SequenceEqual(Bytes(100_000)).ShouldBeTrue();
        (await place.NamesAsync()).ShouldBeEmpty();
        File.Delete(source.Path);
        await Should.ThrowAsync<RecordingMissingException>(async () => await place.Store.OpenAsync(kept.Kept, Token));
    }

    internal static RecordingSource Source(RecordingStoreUnderTest place, string name, byte[] bytes)
    {
        var path = place.Folder.Write(name, bytes);
        return new(path, path);
    }

    internal static async Task<byte[]> ReadAsync(IRecordingStore store, KeptBytes kept)
    {
        using var open = await store.OpenAsync(kept, Token);
        return (await open.ReadAsync(0, (int)open.Length, Token)).ToArray();
    }

    /// <summary>Others for each length.</summary>
    internal static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
