using Strata.Contracts;
using Strata.TestSupport;

namespace Strata.Recordings.Tests;

/// <summary>Bytes are flushed before their name appears, and the name before whoever asked goes on. Source: DESIGN rule 15.</summary>
public sealed class DurableFilesTests : IDisposable
{
    private const int Few = 3;
    private const int Many = 20;
    private const int Small = 100;

    /// <summary>Copied by the kernel, not through this process.</summary>
    private const int Large = 3_000_000;

    private readonly TestFolder _folder = new();
    private readonly ObservedDisk _disk = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Few, Small)]
    [InlineData(Few, Large)]
    [InlineData(Many, Small)]
    public async Task Rule_15_copies_are_flushed_then_named_then_their_folders_are_flushed(int count, int length)
    {
        var kept = await Store().KeepAllAsync([.. Enumerable.Range(0, count).Select(i => Source($"{i}.rrd", length + i))], KeepMode.Copy, Token);

        ShouldSurvive(kept);
        ShouldBeFlushedTogether(count);
    }

    [Theory]
    [InlineData(Few)]
    [InlineData(Many)]
    public async Task Rule_15_derived_files_are_flushed_then_named_then_their_folders_are_flushed(int count)
    {
        var kept = await Store().WriteAllAsync([.. Enumerable.Range(0, count).Select(i => (ReadOnlyMemory<byte>)Bytes(Small + i))], Token);

        ShouldSurvive(kept);
        ShouldBeFlushedTogether(count);
    }

    [Fact]
    public async Task Rule_15_the_second_call_flushes_its_own_files_and_folders()
    {
        var store = Store();
        await store.WriteAllAsync([Bytes(Small)], Token);

        ShouldSurvive(await store.WriteAllAsync([Bytes(Small + 1)], Token));
    }

    [Theory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task Rule_15_a_file_that_is_there_already_is_not_trusted_to_have_had_its_folder_flushed(int length)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "folders are not flushed on Windows; run it on Linux or macOS");
        _disk.RefusesFolders = true;
        await Should.ThrowAsync<RecordingStorageException>(Store().KeepAsync(Source("a.rrd", length), KeepMode.Copy, Token));
        _disk.RefusesFolders = false;

        ShouldSurvive([await Store().KeepAsync(Source("a.rrd", length), KeepMode.Copy, Token)]);
    }

    [Fact]
    public async Task Rule_15_a_copy_that_is_put_back_is_flushed_as_the_first_was()
    {
        var source = Source("a.rrd", Small);
        var kept = await Store().KeepAsync(source, KeepMode.Copy, Token);
        File.Delete(PathOf(kept));

        (await Store().RestoreAsync(source, kept.Kept, Token)).ShouldBe(CopyState.PutBack);

        ShouldSurvive([kept]);
    }

    private void ShouldSurvive(IReadOnlyList<KeptFile> kept)
    {
        _disk.NamedTooEarly.ShouldBeEmpty();
        kept.Select(PathOf).Where(path => !_disk.Survives(path)).ShouldBeEmpty();
    }

    /// <summary>A few one by one, many with one flush of the file system for their bytes and one for their names.</summary>
    private void ShouldBeFlushedTogether(int count)
    {
        if (OperatingSystem.IsLinux())
        {
            _disk.Flushes.Count(f => f == "file").ShouldBe(count == Few ? Few : 0);
            _disk.Flushes.Count(f => f == "file system").ShouldBe(count == Few ? 0 : 2);
        }
    }

    private LocalRecordingStore Store() => new(new LocalRecordingStoreOptions(_folder.Path("data"), [], null), _disk);

    private string PathOf(KeptFile file) => _folder.Path("data/" + file.Kept.Location);

    private RecordingSource Source(string name, int length)
    {
        var path = _folder.Write(name, Bytes(length));
        return new(path, path);
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
