using Microsoft.Data.Sqlite;

namespace Strata.EndToEnd.Tests;

/// <summary>A read model's checkpoint that is not the log's: changed behind the program's back, or left beside a restored log.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-checkpoint-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("position - 1")]
    [InlineData("5")]
    [InlineData("position + 1000")]
    public async Task A_changed_checkpoint_is_a_reported_difference_and_rebuild_mends_it(string position)
    {
        await StrataProgram.RunAsync(Data, "register", Samples.Files[0], "--dataset", "d");
        var segments = await StrataProgram.JsonAsync(Data, 0, "segments", "d");
        var current = await File.ReadAllTextAsync(Path.Combine(Data, "readmodels", "current"), TestContext.Current.CancellationToken);
        await using (var file = new SqliteConnection($"Data Source={Path.Combine(Data, "readmodels", $"generation-{current}.db")};Pooling=False"))
        {
            await file.OpenAsync(TestContext.Current.CancellationToken);
            await using var change = file.CreateCommand();
#pragma warning disable CA2100 // The text is this test's own.
            change.CommandText = $"UPDATE generation SET position = {position}";
#pragma warning restore CA2100
            await change.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var found = await StrataProgram.RunAsync(Data, "rebuild", "--verify", "--json");
        found.Code.ShouldBe(1, found.Error);
        found.Out.ShouldContain("\"generation\"");
        found.Error.ShouldNotContain("   at ");
        await StrataProgram.JsonAsync(Data, 0, "rebuild");
        (await StrataProgram.JsonAsync(Data, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
        (await StrataProgram.JsonAsync(Data, 0, "segments", "d")).ToString().ShouldBe(segments.ToString());
    }
}
