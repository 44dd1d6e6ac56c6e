using Strata.Web;

namespace Strata.Cli.Tests;

public sealed class BackupFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("strata-backup-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("../other/secret")]
    [InlineData("recordings/../../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    [InlineData(".")]
    public void No_location_of_a_log_leads_out_of_the_folder(string location) =>
        Should.Throw<OperationException>(() => BackupFolder.Inside("/backups/strata", location)).Code.ShouldBe(OperationErrors.Invalid);

    [Fact]
    public void A_location_of_the_store_lies_in_the_folder() =>
        BackupFolder.Inside("/backups/strata", "recordings/ab/abc.rrd").ShouldBe("/backups/strata/recordings/ab/abc.rrd");

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"position\":30,\"eve")]
    [InlineData("{\"position\":-1,\"missing\":[]}")]
    [InlineData("{\"position\":30,\"missing\":[],\"first_event\":\"mine\"}")]
    public void A_manifest_that_is_none_is_refused_with_its_path_and_what_to_do(string content)
    {
        var folder = new BackupFolder(_folder.FullName);
        File.WriteAllText(Path.Combine(folder.Path, "backup.json"), content);

        var refused = Should.Throw<OperationException>(() => folder.Read());

        refused.Message.ShouldStartWith($"{Path.Combine(folder.Path, "backup.json")}: expected what 'strata backup' writes, found something else");
        refused.Next.ShouldBe($"name another folder; its log alone can be read by 'strata log import {folder.Path}/log-….ndjson.gz'");
    }

    [Fact]
    public void A_manifest_of_the_version_before_is_read_with_what_it_did_not_know_yet_as_empty()
    {
        var folder = new BackupFolder(_folder.FullName);
        File.WriteAllText(Path.Combine(folder.Path, "backup.json"), """{"position":30,"events":30,"files":15,"bytes":790182,"copied_files":15,"references":0,"missing":["recordings/aa/a.rrd"],"made_at_ns":1795812357266646900,"version":"0.1.0"}""");

        var read = folder.Read().ShouldNotBeNull();

        (read.Position, read.Missing.Single(), read.FirstEvent).ShouldBe((30, "recordings/aa/a.rrd", null));
        (read.LetGo.Count, read.Damaged.Count, read.Mended.Count, read.Lost.Count).ShouldBe((0, 0, 0, 0));
    }

    [Fact]
    public void Only_logs_of_earlier_backups_are_removed()
    {
        var folder = new BackupFolder(_folder.FullName);
        foreach (var name in new[] { "log-7.ndjson.gz", "log-30.ndjson.gz", "log-mine.ndjson.gz", "log-7.txt", "log.ndjson.gz" })
        {
            File.WriteAllText(Path.Combine(folder.Path, name), "");
        }

        folder.RemoveLogsExcept(30);

        Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["log-30.ndjson.gz", "log-7.txt", "log-mine.ndjson.gz", "log.ndjson.gz"]);
    }
}
