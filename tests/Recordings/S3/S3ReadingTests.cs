using Strata.Contracts;

namespace Strata.Recordings.Tests;

/// <summary>What is asked of the store, and what is not asked twice.</summary>
public sealed class S3ReadingTests
{
    private const int Block = BlockCache.BlockBytes;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_footer_of_a_large_recording_costs_two_blocks_and_not_the_recording()
    {
        await using var place = await StandInUnderTest.StartAsync();
        var kept = await KeepAsync(place, 20 * Block);
        place.Server.ForgetRequests();

        using var open = await place.Store.OpenAsync(kept, Token);
        await open.ReadAsync(0, 12, Token);
        await open.ReadAsync(open.Length - 64_000, 64_000, Token);

        place.Server.SentBytes.ShouldBe(2 * Block);
        place.Server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_small_recording_is_one_request_and_read_again_it_is_none()
    {
        await using var place = await StandInUnderTest.StartAsync();
        var kept = await KeepAsync(place, 30_000);
        place.Server.ForgetRequests();

        await RecordingStoreConformance.ReadAsync(place.Store, kept);
        place.Server.Requests.ShouldHaveSingleItem().ShouldStartWith("GET");

        await RecordingStoreConformance.ReadAsync(place.Store, kept);
        place.Server.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_scan_asks_for_several_blocks_at_once()
    {
        await using var place = await StandInUnderTest.StartAsync();
        var kept = await KeepAsync(place, 20 * Block);
        place.Server.ForgetRequests();

        (await RecordingStoreConformance.ReadAsync(place.Store, kept)).Length.ShouldBe(20 * Block);

        place.Server.SentBytes.ShouldBe(20 * Block);
        place.Server.Requests.Count.ShouldBe(1 + 3, "the first block, then eight, eight and three");
    }

    [Fact]
    public async Task After_a_restart_what_lies_on_the_disk_is_read_and_only_looked_for_in_the_store()
    {
        await using var place = await StandInUnderTest.StartAsync();
        var store = place.Open("kept");
        var kept = (await store.WriteAllAsync([RecordingStoreConformance.Bytes(3 * Block)], Token))[0].Kept;
        await RecordingStoreConformance.ReadAsync(store, kept);
        place.Server.ForgetRequests();

        (await RecordingStoreConformance.ReadAsync(place.Open("kept"), kept)).AsSpan().SequenceEqual(RecordingStoreConformance.Bytes(3 * Block)).ShouldBeTrue();
        place.Server.Requests.ShouldHaveSingleItem().ShouldStartWith("HEAD");

        await place.RemoveAsync(kept.Location);
        await Should.ThrowAsync<RecordingMissingException>(async () => await place.Open("kept").OpenAsync(kept, Token));
        Blocks(place, "kept").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(-9)]
    [InlineData(-1)]
    [InlineData(100)]
    public async Task A_block_that_a_power_cut_left_half_written_is_fetched_again(int changedByte)
    {
        await using var place = await StandInUnderTest.StartAsync();
        var bytes = RecordingStoreConformance.Bytes(30_000);
        var store = place.Open("kept");
        var kept = (await store.WriteAllAsync([bytes], Token))[0].Kept;
        await RecordingStoreConformance.ReadAsync(store, kept);
        var block = Blocks(place, "kept").ShouldHaveSingleItem();
        var content = File.ReadAllBytes(block);
        content[changedByte < 0 ? content.Length + changedByte : changedByte] ^= 1;
        File.WriteAllBytes(block, content);
        File.WriteAllBytes(block + ".1.part", [1]);

        (await RecordingStoreConformance.ReadAsync(place.Open("kept"), kept)).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        Blocks(place, "kept").ShouldBe([block]);
    }

    [Fact]
    public async Task The_cache_stays_within_its_limit_and_lets_go_of_what_was_not_read_for_longest()
    {
        await using var place = await StandInUnderTest.StartAsync();
        place.CacheBytes = 10 * Block;
        var kept = new List<KeptBytes>();
        foreach (var k in Enumerable.Range(0, 12))
        {
            kept.Add((await place.Store.WriteAllAsync([RecordingStoreConformance.Bytes(Block - 100 - k)], Token))[0].Kept);
        }

        foreach (var each in kept)
        {
            await RecordingStoreConformance.ReadAsync(place.Store, each);
            await RecordingStoreConformance.ReadAsync(place.Store, kept[0]);
            place.Cache.Bytes.ShouldBeLessThanOrEqualTo(place.CacheBytes);
        }

        place.Cache.Bytes.ShouldBe(Blocks(place, "cache-1").Sum(b => new FileInfo(b).Length));
        place.Server.ForgetRequests();
        await RecordingStoreConformance.ReadAsync(place.Store, kept[0]);
        place.Server.Requests.ShouldBeEmpty();
        await RecordingStoreConformance.ReadAsync(place.Store, kept[1]);
        place.Server.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Where_nothing_can_be_cached_everything_is_read_from_the_store()
    {
        await using var place = await StandInUnderTest.StartAsync();
        var bytes = RecordingStoreConformance.Bytes(3 * Block);
        File.WriteAllText(place.Folder.Path("nowhere"), "a file, where a folder was to be");
        var store = place.Open("nowhere");
        var kept = (await store.WriteAllAsync([bytes], Token))[0].Kept;
        (await RecordingStoreConformance.ReadAsync(store, kept)).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        (await RecordingStoreConformance.ReadAsync(store, kept)).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
    }

    private static async Task<KeptBytes> KeepAsync(StandInUnderTest place, int length) =>
        (await place.Store.KeepAsync(RecordingStoreConformance.Source(place, "a.rrd", RecordingStoreConformance.Bytes(length)), KeepMode.Copy, Token)).Kept;

    private static string[] Blocks(StandInUnderTest place, string cache) => Directory.GetFiles(place.Folder.Path(cache), "*", SearchOption.AllDirectories);
}
