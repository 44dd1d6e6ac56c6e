using Strata.Contracts;

namespace Strata.Recordings.Tests;

/// <summary>Objects that are registered where they lie.</summary>
public sealed class S3SourcesTests
{
    private const string Key = "arm 1/a+b.rrd";

    private static readonly RecordingSource Source = new($"s3://robots/in/{Key}", $"s3://robots/in/{Key}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(KeepMode.Auto)]
    [InlineData(KeepMode.Reference)]
    public async Task An_object_of_a_configured_bucket_is_referred_to_and_read_where_it_lies(KeepMode mode)
    {
        await using var place = await StartAsync();
        var bytes = Put(place, 3_000_000);
        var opened = await place.Store.OpenSourceAsync(Source, new(), Token);
        var seen = Source with { Seen = await opened.SightAsync(opened.Bytes, Token) };
        (await place.Store.IsUnchangedAsync(Source, opened.Stamp, Token)).ShouldBeTrue();

        var kept = await place.Store.KeepAsync(seen, mode, Token);

        kept.ShouldBe(await place.Store.KeepAsync(Source, mode, Token));
        (kept.Kept.Mode, kept.Kept.Location, kept.SizeBytes, kept.FileSha256).ShouldBe((KeepMode.Reference, Source.Path, bytes.Length, (Sha256Digest?)null));
        kept.Kept.ModifiedAtNs.ShouldBe(opened.Stamp.ModifiedAtNs);
        (await RecordingStoreConformance.ReadAsync(place.OpenAnother(), kept.Kept)).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        (await place.NamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_copy_is_made_where_one_is_asked_for()
    {
        await using var place = await StartAsync();
        var bytes = Put(place, 3_000_000);
        var kept = await place.Store.KeepAsync(Source, KeepMode.Copy, Token);
        kept.FileSha256.ShouldBe(Sha256Digest.Of(bytes));
        place.Server.Content.Objects.Remove(("robots", $"in/{Key}"), out _);
        (await RecordingStoreConformance.ReadAsync(place.OpenAnother(), kept.Kept)).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        Directory.GetFiles(place.Folder.Path("cache-1/fetched")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_process_left_behind_that_was_killed_while_it_copied_is_gone_at_the_next_start()
    {
        await using var place = await StartAsync();
        var left = place.Folder.Write("kept/fetched/1", [1, 2, 3]);
        place.Open("kept");
        File.Exists(left).ShouldBeFalse();
    }

    [Fact]
    public async Task With_copies_in_a_folder_objects_can_be_registered_as_well()
    {
        await using var place = await StartAsync();
        var bytes = Put(place, 1_000);
        using var buckets = new S3Buckets(new(place.Server.Endpoint, null, "test", "secret", true), ["robots/in"], place.Folder.Path("c"), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var store = new LocalRecordingStore(new(place.Folder.Path("data"), [], []) { Buckets = buckets });
        foreach (var mode in new[] { KeepMode.Auto, KeepMode.Copy })
        {
            (await RecordingStoreConformance.ReadAsync(store, (await store.KeepAsync(Source, mode, Token)).Kept)).ShouldBe(bytes);
        }
    }

    [Theory]
    [InlineData(100_001, 0)]
    [InlineData(100_000, 99_999)]
    public async Task An_object_that_was_replaced_is_refused_by_name(int length, int changedByte)
    {
        await using var place = await StartAsync();
        Put(place, 100_000);
        var opened = await place.Store.OpenSourceAsync(Source, new(), Token);
        var kept = (await place.Store.KeepAsync(Source, KeepMode.Reference, Token)).Kept;
        await RecordingStoreConformance.ReadAsync(place.Store, kept);
        var other = RecordingStoreConformance.Bytes(100_000).Concat(new byte[length - 100_000]).ToArray();
        other[changedByte] ^= 1;
        place.Server.Content.Put("robots", $"in/{Key}", other);

        var changed = await Should.ThrowAsync<RecordingChangedException>(async () => await place.Store.OpenAsync(kept, Token));

        changed.Message.ShouldContain(Source.Path);
        changed.Message.ShouldContain($"now {length} bytes");
        (await place.Store.IsUnchangedAsync(Source, opened.Stamp, Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_object_that_is_replaced_while_it_is_read_gives_no_mixture()
    {
        await using var place = await StartAsync();
        Put(place, 3_000_000);
        var kept = (await place.Store.KeepAsync(Source, KeepMode.Reference, Token)).Kept;
        using var open = await place.OpenAnother().OpenAsync(kept, Token);
        place.Server.Content.Put("robots", $"in/{Key}", new byte[3_000_000]);
        (await Should.ThrowAsync<RecordingChangedException>(async () => await open.ReadAsync(0, 10, Token))).Message.ShouldContain("while it was read");
    }

    [Fact]
    public async Task The_same_bytes_put_there_again_are_the_same_recording_and_each_open_asks_once()
    {
        await using var place = await StartAsync();
        var bytes = Put(place, 100_000);
        var kept = (await place.Store.KeepAsync(Source, KeepMode.Reference, Token)).Kept;
        place.Server.Content.Objects[("robots", $"in/{Key}")] = new(bytes, "\"another\"", DateTime.UtcNow.AddHours(1), null);
        (await RecordingStoreConformance.ReadAsync(place.Store, kept)).ShouldBe(bytes);
        place.Server.ForgetRequests();
        (await RecordingStoreConformance.ReadAsync(place.Store, kept)).ShouldBe(bytes);
        place.Server.Requests.ShouldHaveSingleItem().ShouldStartWith("HEAD");
    }

    [Fact]
    public async Task An_object_that_vanished_is_missing_by_name()
    {
        await using var place = await StartAsync();
        Put(place, 1_000);
        var kept = (await place.Store.KeepAsync(Source, KeepMode.Reference, Token)).Kept;
        place.Server.Content.Objects.Remove(("robots", $"in/{Key}"), out _);
        (await Should.ThrowAsync<RecordingMissingException>(async () => await place.Store.OpenAsync(kept, Token))).Message.ShouldContain(Source.Path);
        (await Should.ThrowAsync<RecordingMissingException>(async () => await place.Store.OpenSourceAsync(Source, new(), Token))).Message.ShouldContain(Source.Path);
    }

    [Theory]
    [InlineData("s3://other/in/a.rrd", "outside the buckets")]
    [InlineData("s3://robots/a.rrd", "outside the buckets")]
    [InlineData("s3://robots/inner/a.rrd", "outside the buckets")]
    [InlineData("s3://fleet/strata/recordings/aa/a.rrd", "outside the buckets")]
    [InlineData("s3://robots/in/../out/a.rrd", "'..'")]
    [InlineData("s3://robots/in/./a.rrd", "'.'")]
    [InlineData("s3://robots", "name one object")]
    [InlineData("s3://robots/", "name one object")]
    [InlineData("s3:///in/a.rrd", "name one object")]
    [InlineData("S3://Robots/in/a.rrd", "outside the buckets")]
    public async Task Rule_12_only_objects_of_configured_buckets_and_folders_are_opened(string url, string words)
    {
        await using var place = await StartAsync();
        place.Server.Content.Put("robots", "a.rrd", [1]);
        var source = new RecordingSource(url, url);
        foreach (var ask in (Func<Task>[])
        [
            async () => await place.Store.OpenSourceAsync(source, new(), Token),
            () => place.Store.KeepAsync(source, KeepMode.Reference, Token),
            () => place.Store.KeepAsync(source, KeepMode.Copy, Token),
            async () => await place.Store.OpenAsync(new(KeepMode.Reference, url, null, null), Token),
        ])
        {
            (await Should.ThrowAsync<RecordingRefusedException>(ask)).Message.ShouldContain(words);
        }

        place.Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_configured_buckets_none_is_opened()
    {
        await using var place = await StandInUnderTest.StartAsync();
        Put(place, 10);
        (await Should.ThrowAsync<RecordingRefusedException>(async () => await place.Store.OpenSourceAsync(Source, new(), Token))).Message.ShouldContain("(none)");
        place.Store.MayOpen(Source.Path).ShouldBeFalse();
        place.Server.Requests.ShouldBeEmpty();
    }

    private static Task<StandInUnderTest> StartAsync() => StandInUnderTest.StartAsync("s3://robots/in/");

    private static byte[] Put(StandInUnderTest place, int length)
    {
        var bytes = RecordingStoreConformance.Bytes(length);
        place.Server.Content.Put("robots", $"in/{Key}", bytes);
        return bytes;
    }
}
