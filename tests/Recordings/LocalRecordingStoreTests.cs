using Strata.Contracts;
using Strata.TestSupport;

namespace Strata.Recordings.Tests;

public sealed class LocalRecordingStoreTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Auto_references_inside_configured_roots_and_copies_elsewhere()
    {
        var store = Store(referenceRoots: [_folder.Path("fleet")]);
        var kept = await store.KeepAllAsync([Source("fleet/a.rrd", Bytes(5)), Source("fleet2/b.rrd", Bytes(6))], KeepMode.Auto, Token);
        kept.Select(k => k.Kept.Mode).ShouldBe([KeepMode.Reference, KeepMode.Copy]);
        kept[0].FileSha256.ShouldBeNull();
        kept[0].Kept.ModifiedAtNs.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_reference_whose_file_only_got_another_time_still_opens()
    {
        var store = Store();
        var kept = await store.KeepAsync(Source("a.rrd", Bytes(100_000)), KeepMode.Reference, Token);
        File.SetLastWriteTimeUtc(_folder.Path("a.rrd"), DateTime.UtcNow.AddHours(-3));
        (await ReadAsync(store, kept.Kept)).Length.ShouldBe(100_000);
    }

    [Fact]
    public async Task What_is_read_into_a_callers_memory_is_not_allocated_once_more()
    {
        const int Size = 1_000_000;
        var store = Store();
        var kept = await store.KeepAsync(Source("a.rrd", Bytes(Size)), KeepMode.Reference, Token);
        var destination = new byte[Size];
        using var recording = await store.OpenAsync(kept.Kept, Token);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = recording.ReadIntoAsync(0, destination, Token);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(Size / 10);
        (await reading).ShouldBe(Size);
        destination.ShouldBe(Bytes(Size));
    }

    [Fact]
    public async Task A_reference_that_was_looked_at_is_read_again_only_when_it_looks_different()
    {
        var store = Store();
        var source = Source("a.rrd", Bytes(100_000));
        var opened = await store.OpenSourceAsync(source, new SourceFolders(), Token);
        var seen = source with { Seen = await opened.SightAsync(opened.Bytes, Token) };
        opened.Bytes.Dispose();
        var kept = await store.KeepAsync(seen, KeepMode.Reference, Token);
        kept.ShouldBe(await store.KeepAsync(source, KeepMode.Reference, Token));

        var other = Bytes(100_000);
        other[^1] ^= 1;
        File.WriteAllBytes(source.Path, other);
        File.SetLastWriteTimeUtc(source.Path, DateTime.UnixEpoch.AddTicks(opened.Stamp.ModifiedAtNs / 100));
        (await store.KeepAsync(seen, KeepMode.Reference, Token)).ShouldBe(kept);

        File.SetLastWriteTimeUtc(source.Path, DateTime.UtcNow.AddHours(-3));
        (await store.KeepAsync(seen, KeepMode.Reference, Token)).ShouldBe(await store.KeepAsync(source, KeepMode.Reference, Token));
        (await store.KeepAsync(seen, KeepMode.Reference, Token)).Kept.TailSha256.ShouldNotBe(kept.Kept.TailSha256);
    }

    [Fact]
    public async Task A_reference_that_was_found_unchanged_is_looked_at_again_by_who_opens_it_anew()
    {
        var store = Store();
        var kept = await store.KeepAsync(Source("a.rrd", Bytes(100_000)), KeepMode.Reference, Token);
        await ReadAsync(store, kept.Kept);
        var written = File.GetLastWriteTimeUtc(_folder.Path("a.rrd"));
        var other = Bytes(100_000);
        other[^1] ^= 1;
        File.WriteAllBytes(_folder.Path("a.rrd"), other);
        File.SetLastWriteTimeUtc(_folder.Path("a.rrd"), written);

        await ReadAsync(store, kept.Kept);
        await Should.ThrowAsync<RecordingChangedException>(async () => await store.OpenAnewAsync(kept.Kept, Token));
    }

    [Theory]
    [InlineData(100_001, 0)]
    [InlineData(100_000, 99_999)]
    public async Task A_reference_whose_size_or_footer_changed_is_refused_by_name(int length, int changedByte)
    {
        var store = Store();
        var kept = await store.KeepAsync(Source("a.rrd", Bytes(100_000)), KeepMode.Reference, Token);
        var other = Bytes(length);
        other[changedByte] ^= 1;
        File.WriteAllBytes(_folder.Path("a.rrd"), other);
        var changed = await Should.ThrowAsync<RecordingChangedException>(async () => await store.OpenAsync(kept.Kept, Token));
        changed.Message.ShouldContain("a.rrd");
        changed.Message.ShouldContain($"now {length} bytes");
    }

    [Fact]
    public async Task A_vanished_file_is_missing_by_name_copied_or_referenced()
    {
        var store = Store();
        var reference = await store.KeepAsync(Source("a.rrd", Bytes(10)), KeepMode.Reference, Token);
        var copy = await store.KeepAsync(Source("b.rrd", Bytes(11)), KeepMode.Copy, Token);
        File.Delete(_folder.Path("a.rrd"));
        File.Delete(_folder.Path("data/" + copy.Kept.Location));
        (await Should.ThrowAsync<RecordingMissingException>(async () => await store.OpenAsync(reference.Kept, Token))).Message.ShouldContain("a.rrd");
        (await Should.ThrowAsync<RecordingMissingException>(async () => await store.OpenAsync(copy.Kept, Token))).Message.ShouldContain(copy.FileSha256!.Value.Value);
    }

    [Theory]
    [InlineData("s3://bucket/a.rrd", "scheme 's3'")]
    [InlineData("http://host/a.rrd", "scheme 'http'")]
    [InlineData("file://otherhost/a.rrd", "should not have a host")]
    [InlineData("a.rrd", "relative path")]
    public async Task Rule_12_other_schemes_hosts_and_relative_paths_are_refused_in_words(string path, string words) =>
        (await Should.ThrowAsync<RecordingRefusedException>(async () => await Store().OpenSourceAsync(new RecordingSource(path, path), new SourceFolders(), Token))).Message.ShouldContain(words);

    [Fact]
    public async Task Rule_12_no_path_escapes_the_allowed_roots_by_dots_or_links()
    {
        var inside = Source("allowed/a.rrd", Bytes(5));
        var outside = Source("secret.rrd", Bytes(5));
        File.CreateSymbolicLink(_folder.Path("allowed/link.rrd"), outside.Path);
        Directory.CreateSymbolicLink(_folder.Path("allowed/up"), _folder.Root);
        var store = Store(allowedRoots: [_folder.Path("allowed")]);
        (await store.OpenSourceAsync(inside, new SourceFolders(), Token)).Bytes.Dispose();
        (await store.OpenSourceAsync(new("file://" + inside.Path, ""), new SourceFolders(), Token)).Bytes.Dispose();
        foreach (var path in new[] { outside.Path, _folder.Path("allowed/../secret.rrd"), _folder.Path("allowed/link.rrd"), _folder.Path("allowed/up/secret.rrd"), _folder.Path("allowedX/a.rrd") })
        {
            (await Should.ThrowAsync<RecordingRefusedException>(async () => await store.OpenSourceAsync(new RecordingSource(path, path), new SourceFolders(), Token))).Message.ShouldContain("outside");
            store.MayOpen(path).ShouldBeFalse();
        }

        store.MayOpen(inside.Path).ShouldBeTrue();
        store.MayOpen(_folder.Path("allowed")).ShouldBeTrue();
        store.MayOpen(_folder.Path("allowed/none/at/all")).ShouldBeTrue();
        Store().MayOpen(outside.Path).ShouldBeTrue();
    }

    [Fact]
    public async Task Rule_12_for_askers_of_less_trust_the_same_store_opens_only_what_lies_below_their_folders()
    {
        var inside = Source("robots/a.rrd", Bytes(5));
        var outside = Source("secret.rrd", Bytes(5));
        File.CreateSymbolicLink(_folder.Path("robots/link.rrd"), outside.Path);
        var store = Store();
        var robots = store.OnlyBelow([_folder.Path("robots")])!;

        (await robots.IsThereAsync((await store.KeepAsync(outside, KeepMode.Copy, Token)).Kept, Token)).ShouldBeTrue();
        (await robots.KeepAsync(inside, KeepMode.Copy, Token)).SizeBytes.ShouldBe(5);
        foreach (var path in new[] { outside.Path, _folder.Path("robots/link.rrd"), _folder.Path("robots/../secret.rrd") })
        {
            await Should.ThrowAsync<RecordingRefusedException>(() => robots.OpenSourceAsync(new RecordingSource(path, path), new SourceFolders(), Token).AsTask());
            await Should.ThrowAsync<RecordingRefusedException>(() => robots.KeepAsync(new RecordingSource(path, path), KeepMode.Copy, Token));
        }

        Store(allowedRoots: [_folder.Path("robots")]).OnlyBelow([_folder.Root])!.MayOpen(inside.Path).ShouldBeFalse("nobody gets more than the store itself may");
    }

    [Fact]
    public async Task Rule_12_links_are_followed_for_each_file_of_a_call_whatever_its_folder_was_found_to_be()
    {
        var inside = Source("allowed/a.rrd", Bytes(5));
        var outside = Source("secret.rrd", Bytes(5));
        File.CreateSymbolicLink(_folder.Path("allowed/link.rrd"), outside.Path);
        File.CreateSymbolicLink(_folder.Path("allowed/alias.rrd"), inside.Path);
        Directory.CreateSymbolicLink(_folder.Path("allowed/up"), _folder.Root);
        var store = Store(allowedRoots: [_folder.Path("allowed")]);
        var alias = new RecordingSource(_folder.Path("allowed/alias.rrd"), "");
        var kept = await store.KeepAllAsync([inside, alias, inside, alias], KeepMode.Reference, TestContext.Current.CancellationToken);
        kept.Select(k => k.Kept.Location).ShouldAllBe(location => location == inside.Path);
        foreach (var path in new[] { "allowed/link.rrd", "allowed/up/secret.rrd", "allowed/up/allowed/link.rrd" })
        {
            (await Should.ThrowAsync<RecordingRefusedException>(store.KeepAllAsync([inside, alias, new RecordingSource(_folder.Path(path), path), inside], KeepMode.Reference, TestContext.Current.CancellationToken)))
                .Message.ShouldContain("outside");
        }
    }

    [Fact]
    public async Task A_ring_of_links_is_refused()
    {
        File.CreateSymbolicLink(_folder.Path("x.rrd"), _folder.Path("y.rrd"));
        File.CreateSymbolicLink(_folder.Path("y.rrd"), _folder.Path("x.rrd"));
        (await Should.ThrowAsync<RecordingRefusedException>(async () => await Store().OpenSourceAsync(new(_folder.Path("x.rrd"), ""), new SourceFolders(), Token))).Message.ShouldContain("ring");
    }

    [Fact]
    public async Task A_full_disk_says_where_and_what_to_do_and_leaves_nothing_behind()
    {
        var left = 2;
        var disk = new ObservedDisk { Opened = file => left-- > 0 ? file : new FullDisk(file) };
        var store = new LocalRecordingStore(new(_folder.Path("data"), [], null), disk);
        var full = await Should.ThrowAsync<RecordingStorageException>(() => store.WriteAllAsync([Bytes(1), Bytes(2), Bytes(3)], Token));
        full.Message.ShouldContain("No space left on device");
        full.Message.ShouldContain(_folder.Path("data"));
        full.Message.ShouldContain("Free space");
        Temporaries().ShouldBeEmpty();
        await Should.ThrowAsync<RecordingStorageException>(() => store.KeepAsync(Source("a.rrd", Bytes(9)), KeepMode.Copy, Token));
        Temporaries().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(KeepMode.Copy)]
    [InlineData(KeepMode.Reference)]
    public async Task A_named_pipe_and_a_device_are_refused_by_name_and_never_opened(KeepMode mode)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "named pipes and /dev/zero are absent here; run it on Linux");
        var pipe = _folder.Path("pipe.rrd");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [pipe]))
        {
            await made.WaitForExitAsync(Token);
        }

        var link = _folder.Path("link.rrd");
        File.CreateSymbolicLink(link, "/dev/zero");
        var store = Store();
        foreach (var (path, kind) in new[] { (pipe, "a named pipe, not a regular file"), ("/dev/zero", "a character device"), (link, "a character device") })
        {
            (await Should.ThrowAsync<RecordingRefusedException>(() => store.KeepAsync(new(path, path), mode, Token))).Message.ShouldContain(kind);
            (await Should.ThrowAsync<RecordingRefusedException>(async () => await store.OpenSourceAsync(new(path, path), new SourceFolders(), Token))).Message.ShouldContain(path);
        }
    }

    [Fact]
    public async Task A_reference_that_became_a_named_pipe_is_refused_by_name()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "named pipes are absent here; run it on Linux");
        var store = Store();
        var kept = await store.KeepAsync(Source("a.rrd", Bytes(10)), KeepMode.Reference, Token);
        File.Delete(_folder.Path("a.rrd"));
        using (var made = System.Diagnostics.Process.Start("mkfifo", [_folder.Path("a.rrd")]))
        {
            await made.WaitForExitAsync(Token);
        }

        (await Should.ThrowAsync<RecordingRefusedException>(async () => await store.OpenAsync(kept.Kept, Token))).Message.ShouldContain("a named pipe");
    }

    [Fact]
    public async Task A_file_without_a_size_that_can_yet_be_read_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is absent here; run it on Linux");
        (await Should.ThrowAsync<RecordingRefusedException>(() => Store().KeepAsync(new("/proc/self/status", "x"), KeepMode.Copy, Token))).Message.ShouldContain("0 bytes");
    }

    [Fact]
    public async Task A_folder_that_two_processes_share_holds_the_copies_of_both_under_the_same_locations()
    {
        var (one, other) = (Sharing("one"), Sharing("other"));
        var kept = await one.KeepAsync(Source("a.rrd", Bytes(10)), KeepMode.Copy, Token);

        kept.Kept.Location.ShouldStartWith("recordings/");
        (await ReadAsync(other, kept.Kept)).ShouldBe(Bytes(10));
        (await other.ListAsync(Token).Select(f => f.Location).ToListAsync(Token)).ShouldBe([kept.Kept.Location]);
        File.Exists(_folder.Path("shared/all/" + kept.Kept.Location["recordings/".Length..])).ShouldBeTrue();
        Directory.Exists(_folder.Path("one/recordings")).ShouldBeFalse();
    }

    [Fact]
    public async Task Who_lets_go_of_files_in_a_shared_folder_waits_for_the_other_process_and_removes_for_both()
    {
        var (one, other) = (Sharing("one"), Sharing("other"));
        var kept = await one.KeepAsync(Source("a.rrd", Bytes(10)), KeepMode.Copy, Token);
        var held = await one.HoldAsync(Token);
        var lettingGo = other.LetGoAsync(Token);
        lettingGo.IsCompleted.ShouldBeFalse();

        await held.DisposeAsync();
        await using (var letsGo = await lettingGo)
        {
            await letsGo.MarkAsync(Token);
            (await one.WasCutWhileLettingGoAsync(Token)).ShouldBeTrue("the mark lies beside the folder, for both");
            (await letsGo.RemoveAsync(await other.ListAsync(Token).SingleAsync(Token), Token)).ShouldBeTrue();
            await letsGo.UnmarkAsync(Token);
        }

        (await one.IsThereAsync(kept.Kept, Token)).ShouldBeFalse();
        (await one.WasCutWhileLettingGoAsync(Token)).ShouldBeFalse();
        File.Exists(_folder.Path("shared/all.lock")).ShouldBeTrue();
    }

    [Fact]
    public async Task Processes_that_share_a_folder_go_on_with_each_others_half_uploads_and_collect_them()
    {
        var hash = Sha256Digest.Of(Bytes(10));
        await new RecordingUploads(Sharing("one"), new()).ReceiveAsync(hash, new(0, 4, 10), new MemoryStream(Bytes(10)[..4]), Token);
        var other = Sharing("other");

        (await other.ListAsync(Token).SingleAsync(Token)).Name.ShouldStartWith("recordings/uploads/");
        (await new RecordingUploads(other, new()).ReceiveAsync(hash, new(4, 6, 10), new MemoryStream(Bytes(10)[4..]), Token)).Outcome.ShouldBe(UploadOutcome.New);
        (await Sharing("one").FindAsync(hash, Token)).ShouldNotBeNull();
    }

    private LocalRecordingStore Sharing(string root) => new(new LocalRecordingStoreOptions(_folder.Path(root), [], null) { Folder = _folder.Path("shared/all") });

    private LocalRecordingStore Store(string[]? referenceRoots = null, string[]? allowedRoots = null) =>
        new(new LocalRecordingStoreOptions(_folder.Path("data"), [.. referenceRoots ?? []], allowedRoots is null ? null : [.. allowedRoots]));

    private RecordingSource Source(string name, byte[] bytes)
    {
        var path = _folder.Write(name, bytes);
        return new(path, path);
    }

    private IEnumerable<string> Temporaries() => Directory.EnumerateFiles(_folder.Path("data/recordings"), "*.tmp", SearchOption.AllDirectories);

    private static async Task<byte[]> ReadAsync(LocalRecordingStore store, KeptBytes kept)
    {
        using var open = await store.OpenAsync(kept, Token);
        return (await open.ReadAsync(0, (int)open.Length, Token)).ToArray();
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Takes nothing, as a full disk does.</summary>
    private sealed class FullDisk(Stream file) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => file.Length;

        public override long Position { get => file.Position; set => throw new NotSupportedException(); }

        public override void Flush() => file.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("No space left on device");

        protected override void Dispose(bool disposing)
        {
            file.Dispose();
            base.Dispose(disposing);
        }
    }
}
