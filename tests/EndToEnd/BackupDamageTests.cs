using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary>Damaged and lost files, in the data directory and in the backup: each is named, none takes the place of a whole one, and the rest is backed up and restored.</summary>
public sealed class BackupDamageTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-backup-damage-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Backup => Path.Combine(_folder, "backup");

    private string Restored => Path.Combine(_folder, "restored");

    public async ValueTask InitializeAsync() => await StrataProgram.JsonAsync(Data, 0, "register", Samples.Folder, "--dataset", "arm", "--wait");

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("flipped")]
    [InlineData("emptied")]
    public async Task A_copy_that_was_damaged_in_the_backup_is_copied_anew_and_named(string damage)
    {
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        var copy = RecordingsOf(Backup)[7];
        Damage(copy, damage);

        var mended = await StrataProgram.JsonAsync(Data, 0, "backup", Backup);

        Names(mended, "mended").ShouldBe([LocationOf(Backup, copy)]);
        (mended.GetProperty("files").GetInt64(), mended.GetProperty("copied_files").GetInt64()).ShouldBe((15, 1));
        BytesOfAll(Backup).ShouldBe(BytesOfAll(Data));
        (await StrataProgram.JsonAsync(Data, 0, "backup", Backup)).GetProperty("copied_files").GetInt64().ShouldBe(0);
        await RestoresWholeAsync();
    }

    [Fact]
    public async Task A_bit_that_fell_over_on_the_backups_disk_is_found_by_reading_all_of_it()
    {
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        var copy = RecordingsOf(Backup)[3];
        Damage(copy, "flipped");
        File.SetLastWriteTimeUtc(copy, DateTime.UtcNow.AddDays(-1));

        (await StrataProgram.JsonAsync(Data, 0, "backup", Backup)).GetProperty("mended").GetArrayLength().ShouldBe(0, "nothing says that anybody wrote to it");
        var verified = await StrataProgram.RunAsync(Data, "backup", Backup, "--verify");

        verified.Code.ShouldBe(0, verified.Error);
        verified.Error.ShouldContain($"mended: {LocationOf(Backup, copy)} was damaged in {Backup} and is copied anew");
        BytesOfAll(Backup).ShouldBe(BytesOfAll(Data));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("flipped")]
    [InlineData("removed")]
    public async Task A_file_that_the_data_directory_lost_is_named_and_its_whole_copy_in_the_backup_stays(string damage)
    {
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        var whole = BytesOfAll(Backup);
        var lost = RecordingsOf(Data)[5];
        Damage(lost, damage);

        var made = await StrataProgram.RunAsync(Data, "backup", Backup);
        made.Code.ShouldBe(1, made.Out);
        made.Error.ShouldContain($"lost: {LocationOf(Data, lost)} is missing or damaged in {Path.Combine(Data, "recordings")}; this backup has it whole");
        Names(await StrataProgram.JsonAsync(Data, 1, "backup", Backup), "lost").ShouldBe([LocationOf(Data, lost)], "it is remembered");
        Names(await StrataProgram.JsonAsync(Data, 1, "backup", Backup, "--verify"), "lost").ShouldBe([LocationOf(Data, lost)]);

        BytesOfAll(Backup).ShouldBe(whole);
        await RestoresWholeAsync();
    }

    [Fact]
    public async Task One_damaged_and_one_missing_file_of_the_data_directory_do_not_keep_the_rest_from_a_first_backup()
    {
        var (damaged, missing) = (RecordingsOf(Data)[0], RecordingsOf(Data)[14]);
        Damage(damaged, "flipped");
        Damage(missing, "removed");

        var made = await StrataProgram.JsonAsync(Data, 1, "backup", Backup);

        (Names(made, "damaged").Single(), Names(made, "missing").Single()).ShouldBe((LocationOf(Data, damaged), LocationOf(Data, missing)));
        (made.GetProperty("files").GetInt64(), RecordingsOf(Backup).Count).ShouldBe((13, 13));
        Directory.GetFiles(Backup, "*.part", SearchOption.AllDirectories).ShouldBeEmpty();
        var restored = await StrataProgram.JsonAsync(Restored, 1, "restore", Backup);
        Names(restored, "missing").Order(StringComparer.Ordinal).ShouldBe(new[] { LocationOf(Data, damaged), LocationOf(Data, missing) }.Order(StringComparer.Ordinal));
        (restored.GetProperty("files").GetInt64(), RecordingsOf(Restored).Count).ShouldBe((13, 13));
        (await StrataProgram.JsonAsync(Restored, 1, "verify", "arm")).GetProperty("checked").GetInt64().ShouldBe(15);
    }

    [Fact]
    public async Task A_copy_that_is_damaged_here_and_there_is_named_and_left_for_who_can_save_some_of_it()
    {
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        Damage(RecordingsOf(Data)[2], "cut");
        Damage(RecordingsOf(Backup)[2], "flipped");
        var left = BytesOfAll(Backup);

        for (var run = 0; run < 2; run++)
        {
            var made = await StrataProgram.RunAsync(Data, "backup", Backup);

            made.Code.ShouldBe(1, made.Out);
            made.Error.ShouldContain($"damaged: {LocationOf(Backup, RecordingsOf(Backup)[2])}");
            BytesOfAll(Backup).ShouldBe(left);
        }
    }

    [Theory]
    [InlineData("cut", "damaged")]
    [InlineData("flipped", "damaged")]
    [InlineData("removed", "missing")]
    public async Task A_restore_brings_back_all_that_is_whole_and_names_the_rest_which_is_then_told_as_missing(string damage, string member)
    {
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        var copy = RecordingsOf(Backup).First(f => File.ReadAllBytes(f).AsSpan().SequenceEqual(File.ReadAllBytes(Samples.Files[1])));
        Damage(copy, damage);

        var told = await StrataProgram.RunAsync(Restored + "-told", "restore", Backup);
        told.Code.ShouldBe(1, told.Out);
        told.Error.ShouldContain($"{member}: {LocationOf(Backup, copy)}");
        told.Error.ShouldContain("Next: ");
        var restored = await StrataProgram.JsonAsync(Restored, 1, "restore", Backup);

        Names(restored, member).ShouldBe([LocationOf(Backup, copy)]);
        restored.GetProperty("files").GetInt64().ShouldBe(14);
        RecordingsOf(Restored).Count.ShouldBe(14);
        (await StrataProgram.RunAsync(Restored, "segments", "arm", "--json")).Out.ShouldBe((await StrataProgram.RunAsync(Data, "segments", "arm", "--json")).Out);
        var verified = await StrataProgram.JsonAsync(Restored, 1, "verify", "arm");
        verified.GetProperty("different").EnumerateArray().Select(d => d.GetProperty("segment").GetString()).Distinct().ShouldBe([Samples.Segments[1]]);
        verified.GetRawText().ShouldContain("is missing");

        if (damage == "cut")
        {
            File.Copy(Path.Combine(Data, LocationOf(Backup, copy)), Path.Combine(Restored, LocationOf(Backup, copy)));
        }
        else
        {
            await StrataProgram.JsonAsync(Restored, 0, "register", Samples.Files[1], "--dataset", "arm", "--wait");
        }

        (await StrataProgram.JsonAsync(Restored, 0, "verify", "arm")).GetProperty("equal").GetInt64().ShouldBe(15);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("flipped")]
    [InlineData("emptied")]
    [InlineData("removed")]
    public async Task A_damaged_log_in_the_backup_is_told_with_where_and_the_target_is_not_touched(string damage)
    {
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        var log = Directory.GetFiles(Backup, "log-*").Single();
        Damage(log, damage);

        var refused = await StrataProgram.RunAsync(Restored, "restore", Backup);

        refused.Code.ShouldBe(1, refused.Out);
        refused.Error.TrimEnd().ShouldNotContain('\n');
        refused.Error.ShouldContain(log);
        if (damage != "removed")
        {
            refused.Error.ShouldContain("line ");
        }

        refused.Error.ShouldContain("nothing was restored");
        Directory.Exists(Restored).ShouldBeFalse();

        // The catalog is there still: its next backup mends it.
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        await RestoresWholeAsync();
    }

    [Fact]
    public async Task A_restore_replaces_what_lies_damaged_where_it_writes()
    {
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        var copy = RecordingsOf(Backup)[4];
        var there = Path.Combine(Restored, LocationOf(Backup, copy));

        // A place that is this catalog's, as a restore that was killed leaves it.
        await StrataProgram.JsonAsync(Restored, 0, "recordings", "adopt");
        Directory.CreateDirectory(Path.GetDirectoryName(there)!);
        await File.WriteAllBytesAsync(there, [1, 2, 3], TestContext.Current.CancellationToken);

        await RestoresWholeAsync();
    }

    private async Task RestoresWholeAsync()
    {
        await StrataProgram.JsonAsync(Restored, 0, "restore", Backup);
        (await StrataProgram.JsonAsync(Restored, 0, "verify", "arm")).GetProperty("equal").GetInt64().ShouldBe(15);
    }

    private static void Damage(string file, string how)
    {
        var bytes = File.ReadAllBytes(file);
        switch (how)
        {
            case "cut":
                File.WriteAllBytes(file, bytes[..^100]);
                break;
            case "flipped":
                bytes[bytes.Length / 2] ^= 1;
                File.WriteAllBytes(file, bytes);
                break;
            case "emptied":
                File.WriteAllBytes(file, []);
                break;
            case "removed":
                File.Delete(file);
                break;
        }
    }

    private static IReadOnlyList<string> RecordingsOf(string folder) => [.. Directory.GetFiles(folder, "*.rrd", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static IReadOnlyList<string> BytesOfAll(string folder) =>
        [.. RecordingsOf(folder).Select(f => $"{LocationOf(folder, f)} {Contracts.Sha256Digest.Of(File.ReadAllBytes(f))}")];

    private static string LocationOf(string folder, string file) => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/');

    private static IReadOnlyList<string?> Names(JsonElement answer, string member) => [.. answer.GetProperty(member).EnumerateArray().Select(f => f.ValueKind == JsonValueKind.Object ? f.GetProperty("file").GetString() : f.GetString())];
}
