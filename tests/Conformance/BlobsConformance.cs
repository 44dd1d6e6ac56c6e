using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Conformance;

/// <summary>Content-addressed parts of events.</summary>
public abstract class BlobsConformance : StoreConformance
{
    [Fact]
    public async Task Blobs_come_back_by_their_hash_also_after_reopening()
    {
        await using var store = await CreateAsync();
        Blob[] blobs = [Blob.Of(Array.Empty<byte>()), Blob.Of(new byte[] { 0 }), Blob.Of("schema"u8.ToArray()), Blob.Of(Pattern(3_000_000))];
        await AppendedAsync(store, new Append("blobs", [], [], [.. blobs]));

        await ShouldHoldAsync(store, blobs);
        await store.ReopenAsync();
        await ShouldHoldAsync(store, blobs);
    }

    [Fact]
    public async Task A_blob_that_is_there_already_is_left_alone()
    {
        await using var store = await CreateAsync();
        var blob = Blob.Of("schema"u8.ToArray());
        await AppendedAsync(store, new Append("first", [], [], [blob, blob]));
        await AppendedAsync(store, new Append("second", [], [], [blob]));

        await ShouldHoldAsync(store, [blob]);
    }

    [Fact]
    public async Task A_blob_that_nobody_wrote_is_absent()
    {
        await using var store = await CreateAsync();
        var blob = Blob.Of("schema"u8.ToArray());
        await AppendedAsync(store, new Append("blob", [], [], [blob]));
        var found = await store.Events.ReadBlobsAsync([Sha256Digest.Of("other"u8), blob.Hash, blob.Hash], Cancel);

        found.Keys.ShouldBe([blob.Hash]);
    }

    [Fact]
    public async Task A_blob_with_a_flipped_bit_is_an_error_that_names_it_and_is_never_handed_out()
    {
        await using var store = await CreateAsync();
        Blob[] blobs = [Blob.Of("schema"u8.ToArray()), Blob.Of("the red cup"u8.ToArray())];
        await AppendedAsync(store, new Append("blobs", [], [], [.. blobs]));
        await store.FlipBitAsync(blobs[1].Hash);

        foreach (var hashes in new Sha256Digest[][] { [blobs[1].Hash], [blobs[0].Hash, blobs[1].Hash] })
        {
            var damage = await Should.ThrowAsync<LogDamagedException>(store.Events.ReadBlobsAsync(hashes, Cancel));
            damage.Blob.ShouldBe(blobs[1].Hash);
            damage.Message.ShouldContain(blobs[1].Hash.Value);
            damage.Message.ShouldContain(store.LogFile);
            damage.Message.ShouldContain($"restore {Path.GetFileName(store.LogFile)} from a backup");
        }

        await ShouldHoldAsync(store, blobs[..1]);
    }

    [Fact]
    public async Task An_erased_blob_is_absent_the_others_stay_and_the_same_content_can_be_appended_again()
    {
        await using var store = await CreateAsync();
        Blob[] blobs = [Blob.Of("the red cup"u8.ToArray()), Blob.Of(Pattern(200_000)), Blob.Of("schema"u8.ToArray())];
        await AppendedAsync(store, new Append("blobs", [], [], [.. blobs]));

        (await store.Erasure.EraseBlobsAsync([blobs[0].Hash, blobs[1].Hash, Sha256Digest.Of("other"u8)], Cancel)).ShouldBe(2);

        (await store.Events.ReadBlobsAsync([.. blobs.Select(b => b.Hash)], Cancel)).Keys.ShouldBe([blobs[2].Hash]);
        await store.ReopenAsync();
        (await store.Events.ReadBlobsAsync([.. blobs.Select(b => b.Hash)], Cancel)).Keys.ShouldBe([blobs[2].Hash]);
        (await store.Erasure.EraseBlobsAsync([blobs[0].Hash], Cancel)).ShouldBe(0);
        await AppendedAsync(store, new Append("again", [], [], [blobs[0]]));
        await ShouldHoldAsync(store, [blobs[0], blobs[2]]);
    }

    private static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31 >> 3))];

    private static async Task ShouldHoldAsync(StoreUnderTest store, Blob[] blobs)
    {
        var found = await store.Events.ReadBlobsAsync([.. blobs.Select(b => b.Hash)], Cancel);
        found.Count.ShouldBe(blobs.Length);
        Array.ForEach(blobs, b => found[b.Hash].ToArray().ShouldBe(b.Content.ToArray()));
    }
}
