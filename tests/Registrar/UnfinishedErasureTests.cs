using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Registrar.Tests;

/// <summary>An erasure that meets a refusal: what goes goes, what does not is known by name, and nothing is said to be done that is not. Source: DESIGN rules 10 and 15.</summary>
public sealed class UnfinishedErasureTests
{
    private static UnauthorizedAccessException ReadOnly => new("the folder is read-only");

    [Fact]
    public async Task A_file_that_cannot_be_removed_leaves_only_its_own_segment_unfinished_and_says_why()
    {
        await using var world = await World.OpenAsync();
        var layers = await PurgedAsync(world, 2);
        var (stays, goes) = (layers[0], layers[1]);
        var refuses = true;
        var erasure = new PurgedErasure(world.Events, world.Events, new RefusingToRemove(world.Store, location => refuses && location == stays.Kept.Location ? ReadOnly : null, []));

        var report = await erasure.EraseAsync(null, World.Token);

        (report.Segments, report.Files).ShouldBe((1, 1));
        report.Unfinished.ShouldHaveSingleItem().Segment.ShouldBe(stays.Segment);
        erasure.Failure.ShouldBe(new ErasureFailure("1 file cannot be removed: the folder is read-only", 1));
        (await world.Events.ReadBlobsAsync([stays.ChunkIndexBlob, goes.ChunkIndexBlob], World.Token)).ShouldBeEmpty("a file that stays is no reason to keep the rest");
        var state = await PurgedSegments.ReadAsync(world.Events, World.Token);
        (state.Find(stays.Dataset, stays.Segment)!.IsErased, state.Find(goes.Dataset, goes.Segment)!.IsErased).ShouldBe((false, true));

        await erasure.EraseAsync(null, World.Token);
        erasure.Failure!.Attempts.ShouldBe(2);
        refuses = false;
        (await erasure.EraseAsync(null, World.Token)).Segments.ShouldBe(1);
        erasure.Failure.ShouldBeNull();
        (await world.Store.IsThereAsync(stays.Kept, World.Token)).ShouldBeFalse();
        (await PurgedSegments.ReadUnfinishedAsync(world.Events, World.Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_that_refuses_everything_is_not_asked_for_every_file_while_nobody_can_register()
    {
        const int Segments = 12;
        await using var world = await World.OpenAsync();
        await PurgedAsync(world, Segments);
        var tried = new List<string>();
        var erasure = new PurgedErasure(world.Events, world.Events, new RefusingToRemove(world.Store, _ => ReadOnly, tried));

        var report = await erasure.EraseAsync(null, World.Token);

        (tried.Count, report.Unfinished.Length).ShouldBe((10, Segments));
        erasure.Failure!.Reason.ShouldStartWith($"{Segments} files cannot be removed");
    }

    [Fact]
    public async Task When_the_right_to_be_alone_is_lost_nothing_more_is_erased()
    {
        await using var world = await World.OpenAsync();
        var layer = (await PurgedAsync(world, 1))[0];
        var lost = new RecordingStorageException("recordings.lock", "the lock was lost", new TimeoutException());
        var erasure = new PurgedErasure(world.Events, world.Events, new RefusingToRemove(world.Store, _ => lost, []));

        (await Should.ThrowAsync<RecordingStorageException>(erasure.EraseAsync(null, World.Token))).ShouldBe(lost);

        (await world.Events.ReadBlobsAsync([layer.ChunkIndexBlob], World.Token)).ShouldHaveSingleItem("others may name it by now");
        erasure.Failure!.Reason.ShouldContain("the lock was lost");
    }

    [Fact]
    public async Task A_log_that_refuses_leaves_everything_unfinished_and_says_why()
    {
        await using var world = await World.OpenAsync();
        await PurgedAsync(world, 1);
        var erasure = new PurgedErasure(world.Events, new NoRight(), world.Store);

        (await Should.ThrowAsync<LogStorageException>(erasure.EraseAsync(null, World.Token))).Message.ShouldBe("permission denied for table blobs");

        erasure.Failure.ShouldBe(new ErasureFailure("permission denied for table blobs", 1));
        (await PurgedSegments.ReadUnfinishedAsync(world.Events, World.Token)).ShouldHaveSingleItem();
    }

    private static async Task<IReadOnlyList<LayerRegistered>> PurgedAsync(World world, int segments)
    {
        await world.RegisterAsync([.. Enumerable.Range(1, segments).Select(i => world.File($"run_{i}.rrd", TestSupport.Recordings.Scalars($"run_{i}")))]);
        var layers = await world.EventsAsync<LayerRegistered>();
        layers.Count.ShouldBe(segments);
        foreach (var layer in layers)
        {
            await world.Registrar.PurgeAsync(new(layer.Dataset, layer.Segment, "asked", World.Someone), World.Token);
        }

        return layers;
    }

    private sealed class NoRight : IBlobErasure
    {
        public Task<int> EraseBlobsAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken) =>
            throw new LogStorageException("permission denied for table blobs");

        public Task<string?> ReadLeftoverAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);
    }
}
