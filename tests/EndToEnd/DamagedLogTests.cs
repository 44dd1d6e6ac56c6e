using Microsoft.Data.Sqlite;

namespace Strata.EndToEnd.Tests;

/// <summary>One bit of every blob in log.db is not what was written: who reads one is told so, and nobody is sent to a rebuild, which reads the same log.</summary>
public sealed class DamagedLogTests : IAsyncLifetime
{
    private const string Dataset = "arms";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("strata-damaged-");

    private string Data => _folder.FullName;

    public async ValueTask InitializeAsync()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset);
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "log.db")};Pooling=False");
        connection.Open();
        connection.CreateFunction("flipped", (byte[] content) =>
        {
            content[content.Length / 2] ^= 1;
            return content;
        });
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE strata_blobs SET content = flipped(content)";
        (await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken)).ShouldBePositive();
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("rebuild", "--verify")]
    [InlineData("rebuild")]
    [InlineData("why", Dataset)]
    public async Task Rule_10_a_damaged_blob_is_named_with_its_file_and_what_helps(params string[] command)
    {
        var asked = await StrataProgram.RunAsync(Data, command is ["why", ..] ? [.. command, Samples.Segments[0]] : command);

        asked.Code.ShouldBe(1, asked.Out);
        asked.Error.TrimEnd().ShouldNotContain('\n');
        asked.Error.ShouldMatch("log.db is damaged: blob [0-9a-f]{64}: expected content with this SHA-256, found [0-9a-f]{64}; stop Strata and restore log.db from a backup");
        asked.Error.ShouldNotContain("run 'strata rebuild'");
        asked.Error.ShouldNotContain("--verbose");
    }

    [Fact]
    public async Task Rule_10_tables_that_are_gone_are_not_made_of_a_damaged_blob_and_say_why()
    {
        Directory.Delete(Path.Combine(Data, "readmodels"), recursive: true);

        var asked = await StrataProgram.RunAsync(Data, "segments", Dataset);

        asked.Code.ShouldBe(1, asked.Out);
        asked.Error.ShouldContain("the read models stand still before position");
        asked.Error.ShouldContain("restore log.db from a backup");
        asked.Error.ShouldNotContain("run 'strata rebuild'");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rule_10_no_copy_is_made_of_a_damaged_blob_also_through_a_server(bool served)
    {
        await using var server = served ? await StrataServerProcess.StartAsync(Data) : null;
        var file = Path.Combine(Data, "copy.ndjson");

        var asked = await StrataProgram.RunAsync(Data, "log", "export", file);

        asked.Code.ShouldBe(1, asked.Out);
        asked.Error.ShouldContain("log.db is damaged: blob ");
        asked.Error.ShouldNotContain("went away");
        File.Exists(file).ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rule_10_events_before_a_damaged_one_are_told_and_then_what_is_damaged_also_through_a_server(bool served)
    {
        // A server that starts reads all events, and would say so and not serve.
        await using var server = served ? await StrataServerProcess.StartAsync(Data) : null;
        var last = await SpoilLastEventAsync();

        var asked = await StrataProgram.RunAsync(Data, "log", "--json");

        asked.Code.ShouldBe(1, asked.Out);
        asked.Out.TrimEnd().Split('\n').Length.ShouldBe((int)last - 1, asked.Error);
        asked.Error.ShouldContain($"log.db is damaged: event {last} ");
        asked.Error.ShouldNotContain("went away");
    }

    private async Task<long> SpoilLastEventAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "log.db")};Pooling=False");
        connection.Open();
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE mt_events SET data = '{\"dataset\":7}' WHERE seq_id = (SELECT max(seq_id) FROM mt_events); SELECT max(seq_id) FROM mt_events";
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
