using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary>Recordings in a folder that is not the data directory's (<c>Strata__Recordings__Folder</c>): all that handles files goes there.</summary>
public sealed class RecordingsFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-folder-").FullName;

    private string Shared => Path.Combine(_folder, "shared", "files");

    private string Other => Path.Combine(_folder, "other", "files");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Registering_du_backup_restore_verify_gc_and_purge_follow_the_folder()
    {
        await JsonAsync("data", Shared, "register", Samples.Files[0], Samples.Files[1], "--dataset", "arm", "--wait");
        Directory.Exists(Path.Combine(_folder, "data", "recordings")).ShouldBeFalse();
        Files(Shared).Count.ShouldBe(6);
        (await JsonAsync("data", Shared, "du")).GetProperty("total").GetProperty("files").GetInt64().ShouldBe(6);

        var backup = await JsonAsync("data", Shared, "backup", Path.Combine(_folder, "backup"));
        (backup.GetProperty("files").GetInt64(), backup.GetProperty("missing").GetArrayLength()).ShouldBe((6, 0));
        await JsonAsync("restored", Other, "restore", Path.Combine(_folder, "backup"));
        Files(Other).ShouldBe(Files(Shared));
        (await JsonAsync("restored", Other, "verify", "arm")).GetProperty("equal").GetInt64().ShouldBe(6);

        await JsonAsync("restored", Other, "gc");
        Files(Other).Count.ShouldBe(6, "all of them stand");
        await JsonAsync("restored", Other, "purge", "arm", Samples.Segments[0], "--reason", "a test");
        Files(Other).Count.ShouldBe(3);
        File.Exists(Other + ".lock").ShouldBeTrue();
    }

    private static IReadOnlyList<string> Files(string folder) => [.. Directory.GetFiles(folder, "*.rrd", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal)];

    private Task<JsonElement> JsonAsync(string data, string recordings, params string[] arguments) =>
        StrataProgram.JsonAsync(Path.Combine(_folder, data), new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__Recordings__Folder"] = recordings }, 0, arguments);
}
