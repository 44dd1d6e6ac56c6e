using Microsoft.Data.Sqlite;
using Strata.Contracts;

namespace Strata.Publishing.Tests;

/// <summary>The outbox: what is in it stays, once, until it is done.</summary>
public sealed class SpoolTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_spooled_recording_survives_its_original_and_a_restart()
    {
        var path = _folder.WriteFile("a.rrd");
        var bytes = await File.ReadAllBytesAsync(path, Token);
        using (var spool = _folder.Open())
        {
            (await spool.AddAsync(TestFolder.New(path), Token)).IsNew.ShouldBeTrue();
        }

        File.Delete(path);

        using var again = _folder.Open();
        var kept = again.ToSend(TestFolder.Robot).ShouldHaveSingleItem();
        (await File.ReadAllBytesAsync(kept.File!, Token)).ShouldBe(bytes);
        kept.Sha256.ShouldBe(Sha256Digest.Of(bytes));
        kept.State.ShouldBe(SpoolStates.Spooled);
    }

    /// <summary>A writer that keeps the inode, as Rerun's <c>save</c> and a shell's <c>&gt;</c> do, reaches every name of its bytes.</summary>
    [Theory]
    [InlineData(FileMode.Truncate)]
    [InlineData(FileMode.Append)]
    [InlineData(FileMode.Open)]
    public async Task Whoever_writes_into_the_original_does_not_touch_what_is_spooled(FileMode mode)
    {
        var path = _folder.WriteFile("latest.rrd");
        var bytes = Sha256Digest.Of(await File.ReadAllBytesAsync(path, Token));
        using var spool = _folder.Open();
        var first = (await spool.AddAsync(TestFolder.New(path), Token)).Recording;

        await using (var writer = new FileStream(path, mode, FileAccess.Write))
        {
            await writer.WriteAsync("the next episode"u8.ToArray(), Token);
        }

        Sha256Digest.Of(await File.ReadAllBytesAsync(first.File!, Token)).ShouldBe(bytes);
        (await spool.AddAsync(TestFolder.New(path), Token)).IsNew.ShouldBeTrue("it is another recording now");
        Sha256Digest.Of(await File.ReadAllBytesAsync(first.File!, Token)).ShouldBe(bytes);
    }

    [Fact]
    public async Task The_same_bytes_are_one_message_whatever_they_are_called()
    {
        var path = _folder.WriteFile("a.rrd");
        File.Copy(path, _folder.In("b.rrd"));
        using var spool = _folder.Open();
        var first = await spool.AddAsync(TestFolder.New(path), Token);

        var second = await spool.AddAsync(TestFolder.New(_folder.In("b.rrd")), Token);

        second.IsNew.ShouldBeFalse();
        second.Recording.MessageId.ShouldBe(first.Recording.MessageId);
        (await spool.AddAsync(TestFolder.New(path) with { Layer = "camera" }, Token)).IsNew.ShouldBeTrue("another layer is another recording");
        _folder.HeldFiles.ShouldHaveSingleItem("equal bytes are held once");
    }

    [Fact]
    public async Task Without_room_it_refuses_before_anything_is_lost_and_says_what_to_do()
    {
        var path = _folder.WriteFile("a.rrd");
        using var spool = _folder.Open(disk: new Disk { Free = 1_050_000 });

        var refused = await Should.ThrowAsync<PublishingException>(() => spool.AddAsync(TestFolder.New(path), Token));

        refused.IsFull.ShouldBeTrue();
        refused.Message.ShouldContain("10000 bytes do not fit");
        refused.Message.ShouldContain("1050000 bytes are free and 1048576 have to stay free");
        refused.Next.ShouldContain("--in-place");
        File.Exists(path).ShouldBeTrue();
        _folder.HeldFiles.ShouldBeEmpty();
        spool.List(all: true).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_disk_that_fills_while_it_copies_leaves_nothing_behind()
    {
        using var spool = _folder.Open(disk: new Disk { FailsAtCopy = true });

        (await Should.ThrowAsync<PublishingException>(() => spool.AddAsync(TestFolder.New(_folder.WriteFile("a.rrd")), Token))).IsFull.ShouldBeTrue();

        _folder.HeldFiles.ShouldBeEmpty();
        spool.List(all: true).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("it grows")]
    [InlineData("it is written anew")]
    [InlineData("another one takes its name, of the same length and time")]
    [InlineData("its writer lets nobody else in")]
    public async Task A_file_that_changes_while_it_is_copied_is_not_spooled(string how)
    {
        var path = _folder.WriteFile("a.rrd");
        FileStream? writer = null;
        using var spool = _folder.Open(disk: new Disk
        {
            AtCopy = source =>
            {
                switch (how)
                {
                    case "it grows":
                        File.AppendAllText(source, "more");
                        break;
                    case "it is written anew":
                        File.WriteAllBytes(source, new byte[10_000]);
                        break;
                    case "its writer lets nobody else in":
                        writer = new FileStream(source, FileMode.Append, FileAccess.Write, FileShare.None);
                        break;
                    default:
                        var other = _folder.WriteFile("b.rrd");
                        File.SetLastWriteTimeUtc(other, File.GetLastWriteTimeUtc(source));
                        File.Move(other, source, overwrite: true);
                        break;
                }
            },
        });

        (await Should.ThrowAsync<PublishingException>(() => spool.AddAsync(TestFolder.New(path), Token))).Message.ShouldContain("it is still being written");

        _folder.HeldFiles.ShouldBeEmpty();
        spool.List(all: true).ShouldBeEmpty();
        writer?.Dispose();
    }

    [Fact]
    public async Task What_is_registered_is_let_go_of_and_what_is_not_is_kept()
    {
        using var spool = _folder.Open();
        var accepted = (await spool.AddAsync(TestFolder.New(_folder.WriteFile("a.rrd")), Token)).Recording;
        var quarantined = (await spool.AddAsync(TestFolder.New(_folder.WriteFile("b.rrd")), Token)).Recording;
        var waiting = (await spool.AddAsync(TestFolder.New(_folder.WriteFile("c.rrd")), Token)).Recording;
        await File.WriteAllTextAsync(Path.Combine(_folder.SpoolFolder, "files", "left.tmp"), "by a killed process", Token);
        spool.Answered(TestFolder.Answer(accepted, RecordingOutcomes.Accepted));
        spool.Answered(TestFolder.Answer(quarantined, RecordingOutcomes.Quarantined, "it is broken"));

        await spool.ReleaseAsync(Token);

        _folder.HeldFiles.ShouldBe([quarantined.File!, waiting.File!], ignoreOrder: true);
        spool.List(all: false).Select(r => r.Id).ShouldBe([quarantined.Id, waiting.Id]);
        spool.Find(quarantined.Id)!.Reason.ShouldBe("it is broken");
    }

    [Fact]
    public async Task What_is_done_and_published_again_is_read_and_no_copy_of_it_stays_whatever_it_is_called()
    {
        var path = _folder.WriteFile("a.rrd");
        File.Copy(path, _folder.In("b.rrd"));
        var copies = 0;
        using var spool = _folder.Open(disk: new Disk { AtCopy = _ => copies++ });
        spool.Answered(TestFolder.Answer((await spool.AddAsync(TestFolder.New(path), Token)).Recording, RecordingOutcomes.Accepted));
        await spool.ReleaseAsync(Token);

        (await spool.AddAsync(TestFolder.New(path), Token)).IsNew.ShouldBeFalse();
        copies.ShouldBe(1);
        (await spool.AddAsync(TestFolder.New(_folder.In("b.rrd")), Token)).IsNew.ShouldBeFalse();
        _folder.HeldFiles.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_killed_process_did_not_let_go_of_goes_with_the_next_look_unless_somebody_is_adding()
    {
        using (var killed = _folder.Open())
        {
            killed.Answered(TestFolder.Answer((await killed.AddAsync(TestFolder.New(_folder.WriteFile("a.rrd")), Token)).Recording, RecordingOutcomes.Accepted));
        }

        using var spool = _folder.Open();
        using (FolderLock.TryTake(Path.Combine(_folder.SpoolFolder, "add.lock")))
        {
            spool.ReleaseIfIdle().ShouldBe((0, 0));
        }

        spool.ReleaseIfIdle().ShouldBe((1, 10_000));
        _folder.HeldFiles.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_person_may_ask_again_and_only_what_was_quarantined_becomes_a_request_of_its_own()
    {
        using var spool = _folder.Open();
        var quarantined = (await spool.AddAsync(TestFolder.New(_folder.WriteFile("a.rrd")), Token)).Recording;
        var stuck = (await spool.AddAsync(TestFolder.New(_folder.WriteFile("b.rrd")), Token)).Recording;
        var fine = (await spool.AddAsync(TestFolder.New(_folder.WriteFile("c.rrd")), Token)).Recording;
        spool.Answered(TestFolder.Answer(quarantined, RecordingOutcomes.Quarantined));
        spool.Failed(stuck.Id, "too large", needsPerson: true);
        spool.Answered(TestFolder.Answer(fine, RecordingOutcomes.Accepted));
        spool.ToSend(TestFolder.Robot).ShouldBeEmpty();

        spool.Retry(spool.Find(quarantined.Id)!).ShouldBeTrue();
        spool.Retry(spool.Find(stuck.Id)!).ShouldBeTrue();
        spool.Retry(spool.Find(fine.Id)!).ShouldBeFalse("it is done");

        spool.ToSend(TestFolder.Robot).Select(r => r.Id).ShouldBe([quarantined.Id, stuck.Id]);
        spool.Find(quarantined.Id)!.MessageId.ShouldNotBe(quarantined.MessageId);
        spool.Find(stuck.Id)!.MessageId.ShouldBe(stuck.MessageId);
    }

    [Fact]
    public async Task An_answer_that_comes_before_the_confirmation_is_not_undone_by_it()
    {
        using var spool = _folder.Open();
        var recording = (await spool.AddAsync(TestFolder.New(_folder.WriteFile("a.rrd")), Token)).Recording;
        spool.Uploaded(recording.Id);
        spool.Answered(TestFolder.Answer(recording, RecordingOutcomes.Known));

        spool.Published(recording.Id, isAnswered: true);

        spool.Find(recording.Id)!.State.ShouldBe(SpoolStates.Done);
        spool.Answered(TestFolder.Answer(recording, RecordingOutcomes.Known) with { Robot = "another" }).ShouldBeNull();
    }

    [Fact]
    public async Task A_clock_that_jumps_back_changes_neither_order_nor_identity()
    {
        var time = new ManualTime();
        using var spool = _folder.Open(time);
        var first = (await spool.AddAsync(TestFolder.New(_folder.WriteFile("a.rrd")), Token)).Recording;
        time.SetWallClock(TimeSpan.FromDays(-1000));
        var second = (await spool.AddAsync(TestFolder.New(_folder.WriteFile("b.rrd")), Token)).Recording;

        second.SpooledAtNs.ShouldBeLessThan(first.SpooledAtNs);
        spool.ToSend(TestFolder.Robot).Select(r => r.Id).ShouldBe([first.Id, second.Id]);
    }

    [Fact]
    public void A_spool_of_a_newer_version_is_not_touched()
    {
        _folder.Open().Dispose();
        using (var newer = new SqliteConnection($"Data Source={Path.Combine(_folder.SpoolFolder, "spool.db")};Pooling=False"))
        {
            newer.Open();
            using var command = newer.CreateCommand();
            command.CommandText = "PRAGMA user_version = 3";
            command.ExecuteNonQuery();
        }

        Should.Throw<PublishingException>(() => _folder.Open()).Message.ShouldContain("layout 3");
    }

    [Fact]
    public async Task A_spool_of_the_first_layout_goes_on_with_what_is_in_it()
    {
        using (var first = _folder.Open())
        {
            await first.AddAsync(TestFolder.New(_folder.WriteFile("a.rrd")), Token);
        }

        using (var older = new SqliteConnection($"Data Source={Path.Combine(_folder.SpoolFolder, "spool.db")};Pooling=False"))
        {
            older.Open();
            using var command = older.CreateCommand();
            command.CommandText = "ALTER TABLE recordings DROP COLUMN fingerprint; PRAGMA user_version = 1";
            command.ExecuteNonQuery();
        }

        using var spool = _folder.Open();
        await spool.AddAsync(TestFolder.New(_folder.WriteFile("b.rrd")), Token);
        spool.ToSend(TestFolder.Robot).Select(r => Path.GetFileName(r.Path)).ShouldBe(["a.rrd", "b.rrd"]);
    }

    [Fact]
    public void One_process_at_a_time_sends_for_a_robot()
    {
        using var spool = _folder.Open();
        using var first = spool.TryBecomeSender(TestFolder.Robot);

        first.ShouldNotBeNull();
        spool.TryBecomeSender(TestFolder.Robot).ShouldBeNull();
        spool.TryBecomeSender("another").ShouldNotBeNull().Dispose();
    }

    private sealed class Disk : ISpoolDisk
    {
        private readonly SpoolDisk _real = new();

        public bool FailsAtCopy { get; init; }

        public long? Free { get; init; }

        public Action<string>? AtCopy { get; init; }

        public void Copy(string source, string target)
        {
            AtCopy?.Invoke(source);
            _real.Copy(source, target);
            if (FailsAtCopy)
            {
                throw new IOException("No space left on device", 28);
            }
        }

        public void Publish(string temporary, string target) => _real.Publish(temporary, target);

        public long FreeBytes(string folder) => Free ?? _real.FreeBytes(folder);
    }
}
