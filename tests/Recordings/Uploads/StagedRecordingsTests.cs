using Strata.Contracts;
using Strata.TestSupport;

namespace Strata.Recordings.Tests.Uploads;

public sealed class StagedRecordingsTests : IDisposable
{
    private const string Key = "project/run 1/ä.rrd";

    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 5_000).Select(i => (byte)i)];

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_sent_under_a_key_is_found_there_also_after_a_restart_and_lies_in_the_store_once()
    {
        (await Open().ReceiveAsync(new(Key, Bytes.Length, "ada"), new Sender(Bytes), Token)).ShouldBeTrue();
        await Open().ReceiveAsync(new("again.rrd", null, null), new Sender(Bytes), Token);

        var found = (await Open().FindAsync(Key, Token)).ShouldNotBeNull();

        (found.Owner, found.File.FileSha256).ShouldBe(("ada", Sha256Digest.Of(Bytes)));
        (await File.ReadAllBytesAsync(_folder.Path(found.File.Kept.Location), Token)).ShouldBe(Bytes);
        _folder.FilesIn("recordings").Where(f => f.EndsWith(".rrd", StringComparison.Ordinal)).ShouldHaveSingleItem();
        Store().List().ShouldHaveSingleItem("names of staged files are no orphans while their bytes are there");
        (await Open().FindAsync("PROJECT/run 1/ä.rrd", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task What_lies_under_a_key_is_never_replaced()
    {
        var staged = Open();
        await staged.ReceiveAsync(new(Key, null, null), new Sender(Bytes), Token);

        staged.IsTaken(Key).ShouldBeTrue();
        (await staged.ReceiveAsync(new(Key, null, null), new Sender([1, 2]), Token)).ShouldBeFalse();

        (await staged.FindAsync(Key, Token))!.File.SizeBytes.ShouldBe(Bytes.Length);
    }

    [Fact]
    public async Task A_key_whose_bytes_were_collected_is_free_again_and_its_name_is_nobodys()
    {
        var staged = Open();
        await staged.ReceiveAsync(new(Key, null, null), new Sender(Bytes), Token);
        File.Delete(_folder.Path((await staged.FindAsync(Key, Token))!.File.Kept.Location));

        staged.IsTaken(Key).ShouldBeFalse();
        (await staged.FindAsync(Key, Token)).ShouldBeNull();
        var left = Store().List().ShouldHaveSingleItem();
        left.Name.ShouldEndWith(".staged");
        left.Location.ShouldBeNull();
        (await staged.ReceiveAsync(new(Key, null, null), new Sender([1, 2]), Token)).ShouldBeTrue();
        (await staged.FindAsync(Key, Token))!.File.SizeBytes.ShouldBe(2);
    }

    [Fact]
    public async Task Of_a_file_that_was_cut_or_is_too_large_nothing_stays()
    {
        var staged = new StagedRecordings(Store(), new() { MaxBytes = Bytes.Length });

        await Should.ThrowAsync<UploadCutException>(() => staged.ReceiveAsync(new(Key, Bytes.Length, null), new Sender(Bytes) { CutAfter = 100 }, Token));
        await Should.ThrowAsync<UploadCutException>(() => staged.ReceiveAsync(new(Key, Bytes.Length, null), new Sender(Bytes[1..]), Token));
        (await Should.ThrowAsync<UploadRefusedException>(() => staged.ReceiveAsync(new(Key, null, null), new Sender([.. Bytes, 1]), Token))).Fault.ShouldBe(UploadFault.TooLarge);

        staged.IsTaken(Key).ShouldBeFalse();
        _folder.FilesIn("recordings").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_that_was_not_written_by_the_store_is_none()
    {
        var staged = Open();
        await staged.ReceiveAsync(new(Key, null, null), new Sender(Bytes), Token);
        var name = _folder.FilesIn("recordings").Single(f => f.EndsWith(".staged", StringComparison.Ordinal));

        foreach (var text in new[] { "", "{", "{\"key\":\"k\"}", "{\"key\":\"k\",\"content\":\"../../etc/passwd\"}" })
        {
            await File.WriteAllTextAsync(name, text, Token);
            (await staged.FindAsync(Key, Token)).ShouldBeNull();
        }
    }

    private LocalRecordingStore Store() => new(new(_folder.Root, [], null));

    private StagedRecordings Open() => new(Store(), new());
}
