using Strata.Rrd.Editing;

namespace Strata.Rrd.Tests.Editing;

public sealed class MigrationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-migration-").FullName;

    public static TheoryData<string> Versions => [.. Directory.GetFiles(TestData.Folder("sdk/versions"), "*.rrd").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_file_of_any_version_gets_todays_form_and_its_old_bytes_stay_beside_it(string name)
    {
        var old = Edited.Bytes($"sdk/versions/{name}");
        var path = Path.Combine(_folder, "run.rrd");
        await File.WriteAllBytesAsync(path, old, Edited.Token);

        var migrated = await RecordingMigration.RunAsync(path, new EditingOptions(), Edited.Token);

        migrated.Backup.ShouldBe(Path.Combine(_folder, "run.backup.rrd"));
        (await File.ReadAllBytesAsync(migrated.Backup, Edited.Token)).ShouldBe(old);
        var bytes = await File.ReadAllBytesAsync(path, Edited.Token);
        await Edited.ShouldBeSoundAsync(bytes, name);
        await Edited.ShouldSayTheSameAsync(old, bytes, name);
        Directory.GetFiles(_folder).Length.ShouldBe(2);
    }

    [Fact]
    public async Task What_was_migrated_before_is_left_alone()
    {
        var path = Path.Combine(_folder, "run.rrd");
        await File.WriteAllBytesAsync(path, Edited.Bytes("sdk/versions/episode_0.23.4.rrd"), Edited.Token);
        await RecordingMigration.RunAsync(path, new EditingOptions(), Edited.Token);
        var once = await File.ReadAllBytesAsync(path, Edited.Token);

        (await RecordingMigration.RunAsync(path, new EditingOptions(), Edited.Token)).Report.ShouldBeNull();

        (await File.ReadAllBytesAsync(path, Edited.Token)).ShouldBe(once);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_stays_as_it_is_and_alone()
    {
        var path = Path.Combine(_folder, "run.rrd");
        var cut = Edited.Bytes("sdk/versions/episode_0.23.4.rrd")[..^100];
        await File.WriteAllBytesAsync(path, cut, Edited.Token);

        await Should.ThrowAsync<RecordingInputException>(() => RecordingMigration.RunAsync(path, new EditingOptions(), Edited.Token));

        (await File.ReadAllBytesAsync(path, Edited.Token)).ShouldBe(cut);
        Directory.GetFiles(_folder).ShouldBe([path]);
    }
}
