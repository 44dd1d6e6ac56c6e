using System.Text;

namespace Strata.Recordings.Tests;

/// <summary>What every place of recordings promises of the id by which it is known whose it is.</summary>
public abstract class StoreLabelConformance
{
    private const string Location = "recordings/store.id";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<RecordingStoreUnderTest> CreateAsync();

    [Fact]
    public async Task A_new_place_has_no_id_and_keeps_the_first_that_it_gets()
    {
        await using var place = await CreateAsync();
        var (mine, other) = (Guid.NewGuid(), Guid.NewGuid());
        (await LabelOf(place.Store).ReadAsync(Token)).ShouldBeNull();

        (await LabelOf(place.Store).TryWriteAsync(mine, Token)).ShouldBeTrue();
        (await LabelOf(place.OpenAnother()).TryWriteAsync(other, Token)).ShouldBeFalse();

        (await LabelOf(place.OpenAnother()).ReadAsync(Token)).ShouldBe(mine);
        await LabelOf(place.Store).ReplaceAsync(other, Token);
        (await LabelOf(place.OpenAnother()).ReadAsync(Token)).ShouldBe(other);
        (await place.NamesAsync()).ShouldBe([Location]);
    }

    [Fact]
    public async Task It_is_no_recording_so_that_nothing_lists_or_removes_it()
    {
        await using var place = await CreateAsync();
        (await LabelOf(place.Store).TryWriteAsync(Guid.NewGuid(), Token)).ShouldBeTrue();

        (await place.Store.ListAsync(Token).ToListAsync(Token)).ShouldBeEmpty();
        (await LabelOf(place.Store).HoldsAnyAsync(Token)).ShouldBeFalse();
        var kept = await place.Store.WriteAllAsync([new byte[] { 1, 2, 3 }], Token);
        (await LabelOf(place.Store).HoldsAnyAsync(Token)).ShouldBeTrue();
        (await LabelOf(place.Store).HoldsAsync(kept[0].Kept.Location, Token)).ShouldBeTrue();
        await place.RemoveAsync(kept[0].Kept.Location);
        (await LabelOf(place.Store).HoldsAsync(kept[0].Kept.Location, Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task What_was_begun_and_never_got_its_name_is_no_copy()
    {
        await using var place = await CreateAsync();
        await place.LeaveUnfinishedAsync();
        (await LabelOf(place.Store).HoldsAnyAsync(Token)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("not an id")]
    [InlineData("019ac4f2-7b1e-7c00-8000-00000000000")]
    [InlineData("019ac4f2-7b1e-7c00-8000-000000000001 or so, and on it goes for longer than any id could be")]
    public async Task Something_else_in_its_place_is_told_from_an_id_and_from_none(string text)
    {
        await using var place = await CreateAsync();
        await place.OverwriteAsync(Location, Encoding.UTF8.GetBytes(text));
        (await LabelOf(place.Store).ReadAsync(Token)).ShouldBe(Guid.Empty);
        (await LabelOf(place.Store).TryWriteAsync(Guid.NewGuid(), Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_store_of_somebody_else_is_neither_read_nor_written_nor_cleared()
    {
        await using var place = await CreateAsync();
        var kept = (await place.Store.WriteAllAsync([new byte[] { 1, 2, 3 }], Token))[0].Kept;
        var names = await place.NamesAsync();
        var refused = place.OpenAnother(new Refusing());

        (await Should.ThrowAsync<RecordingStorageException>(async () => (await refused.OpenAsync(kept, Token)).Dispose())).Message.ShouldContain("somebody else's; ask them");
        await Should.ThrowAsync<RecordingStorageException>(async () => await refused.WriteAllAsync([new byte[] { 4 }], Token));
        await Should.ThrowAsync<RecordingStorageException>(async () => await refused.IsThereAsync(kept, Token));
        await Should.ThrowAsync<RecordingStorageException>(async () => await refused.ListAsync(Token).ToListAsync(Token));
        await Should.ThrowAsync<RecordingStorageException>(async () => await refused.LetGoAsync(Token));
        await Should.ThrowAsync<RecordingStorageException>(async () => await ((IUploadTarget)refused).FindAsync(Contracts.Sha256Digest.Of([1, 2, 3]), Token));

        (await place.NamesAsync()).ShouldBe(names);
        await using var _ = await place.Store.LetGoAsync(Token);
    }

    private static IStoreLabel LabelOf(IRecordingStore store) => ((RecordingStore)store).Label;

    private sealed class Refusing : IStoreAdmission
    {
        public bool IsAdmitted => false;

        public Task RequireAsync(IStoreLabel store, CancellationToken cancellationToken) => throw new ForeignStoreException($"{store.Place} is somebody else's", "ask them");
    }
}

public sealed class LocalLabelConformance : StoreLabelConformance
{
    protected override Task<RecordingStoreUnderTest> CreateAsync() => Task.FromResult<RecordingStoreUnderTest>(new LocalFolderUnderTest());
}

public sealed class S3LabelConformance : StoreLabelConformance
{
    protected override async Task<RecordingStoreUnderTest> CreateAsync() => await StandInUnderTest.StartAsync();
}

/// <summary>As of a server that knows neither <c>If-None-Match</c> nor checksums.</summary>
public sealed class S3LabelConformanceOnOldServers : StoreLabelConformance
{
    protected override async Task<RecordingStoreUnderTest> CreateAsync()
    {
        var place = await StandInUnderTest.StartAsync();
        (place.Server.RefusesConditions, place.Server.HidesChecksums) = (true, true);
        return place;
    }
}
