using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary><c>Strata__Logs__Format=json</c>: what a server says is for a program that collects logs.</summary>
public sealed class JsonLogTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("strata-json-logs-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Every_line_of_a_server_is_one_object_with_time_level_category_event_and_message()
    {
        await StrataProgram.JsonAsync(_data, 0, "dataset", "create", "arm");
        await File.WriteAllTextAsync(Directory.GetFiles(Path.Combine(_data, "readmodels"), "generation-*.db").ShouldHaveSingleItem(), "no database", TestContext.Current.CancellationToken);
        await using var server = await StrataServerProcess.StartAsync(_data, new Dictionary<string, string> { ["Strata__Logs__Format"] = "json" });

        var lines = server.Said.Select(l => JsonElement.Parse(l)).ToList();

        lines.ShouldAllBe(l => l.GetProperty("time").GetDateTime().Kind == DateTimeKind.Utc && l.GetProperty("message").GetString()!.Length > 0 && l.GetProperty("category").GetString()!.StartsWith("Strata."));
        lines[^1].GetProperty("level").GetString().ShouldBe("information");
        lines[^1].GetProperty("message").GetString()!.ShouldContain(" serves ");
        var warning = lines.First(l => l.GetProperty("level").GetString() == "warning");
        warning.GetProperty("event").GetString().ShouldBe("The {Tables} of generation {Number} cannot be opened and are rebuilt from the log: {Reason}");
        warning.GetProperty("fields").GetProperty("Number").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task A_format_that_is_none_is_refused()
    {
        var start = StrataProgram.StartInfo(_data, "serve", "--listen", "127.0.0.1:0");
        start.Environment["Strata__Logs__Format"] = "xml";

        var refused = await StrataProgram.RunAsync(start);

        refused.Code.ShouldBe(1);
        refused.Error.ShouldContain("Strata:Logs:Format: expected text or json, found 'xml'");
    }
}
