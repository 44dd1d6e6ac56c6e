namespace Strata.Recordings.Tests;

/// <summary>Events name the same files, wherever they lie.</summary>
public sealed class MovedStoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_copied_from_the_folder_to_the_bucket_and_back_are_read_by_what_events_say_of_them()
    {
        await using var folder = new LocalFolderUnderTest();
        await using var bucket = await StandInUnderTest.StartAsync();
        var files = new[] { 10, 3_000_000, 17_000_000 }.Select(RecordingStoreConformance.Bytes).ToList();
        var kept = await folder.Store.WriteAllAsync([.. files.Select(f => (ReadOnlyMemory<byte>)f)], Token);
        foreach (var name in await folder.NamesAsync())
        {
            await bucket.OverwriteAsync(name, File.ReadAllBytes(folder.Folder.Path($"data/{name}")));
        }

        await ShouldHoldAsync(bucket.Store, kept, files);
        var (added, more) = (RecordingStoreConformance.Bytes(99), bucket.Server.Content.Objects);
        kept = [.. kept, .. await bucket.Store.WriteAllAsync([added], Token)];
        await using var back = new LocalFolderUnderTest();
        foreach (var (place, found) in more)
        {
            await back.OverwriteAsync(place.Key[bucket.Prefix.Length..], found.Bytes);
        }

        await ShouldHoldAsync(back.Store, kept, [.. files, added]);
    }

    private static async Task ShouldHoldAsync(IRecordingStore store, IReadOnlyList<KeptFile> kept, IReadOnlyList<byte[]> files)
    {
        foreach (var (file, bytes) in kept.Zip(files))
        {
            (await RecordingStoreConformance.ReadAsync(store, file.Kept)).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        }

        (await store.ListAsync(Token).Select(f => f.Location).ToListAsync(Token)).ShouldBe(kept.Select(k => k.Kept.Location), ignoreOrder: true);
        (await store.WriteAllAsync([.. files.Select(f => (ReadOnlyMemory<byte>)f)], Token)).ShouldBe(kept);
    }
}
