using System.Net;
using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary>A log with an event that this version does not know: the tables stand still before it, everybody is told, and the log still takes recordings.</summary>
public sealed class StandstillTests : IAsyncLifetime
{
    private const string Dataset = "arms";

    /// <summary>Who is not told asks again for ever.</summary>
    private const int Patience = 120_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("strata-standstill-");
    private long _position;

    private string Data => _folder.FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset);
        _position = await ForeignEvent.AppendAsync(Data);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Rule_10_projections_that_stand_still_are_told_by_health_and_by_the_exit_code_of_who_reads()
    {
        await using var server = await StrataServerProcess.StartAsync(Data);
        using var http = new HttpClient { BaseAddress = server.Url };

        using var health = await http.GetAsync("/health", Token);

        health.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        ShouldTell(await health.Content.ReadAsStringAsync(Token));
        var read = await StrataProgram.RunAsync(Data, "segments", Dataset);
        read.Code.ShouldBe(1);
        ShouldTell(read.Error);
    }

    [Fact]
    public async Task Projections_names_the_event_and_resume_goes_on_in_the_running_server_once_it_is_mended()
    {
        await using var server = await StrataServerProcess.StartAsync(Data);

        var parked = (await StrataProgram.JsonAsync(Data, 0, "projections"))[0];

        parked.GetProperty("state").GetString().ShouldBe("parked");
        parked.GetProperty("event").GetProperty("type").GetString().ShouldBe(ForeignEvent.Type);
        parked.GetProperty("event").GetProperty("position").GetInt64().ShouldBe(_position);
        parked.GetProperty("lag").GetInt64().ShouldBe(1);
        var refused = await StrataProgram.RunAsync(Data, "projections", "resume");
        refused.Code.ShouldBe(1);
        ShouldTell(refused.Error);
        refused.Error.ShouldContain("strata projections resume");

        await ForeignEvent.RemoveAsync(Data);
        (await StrataProgram.JsonAsync(Data, 0, "projections", "resume"))[0].GetProperty("state").GetString().ShouldBe("current");

        // Answered when the tables have passed it: by then they are followed again.
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[1], "--dataset", "after_the_event", "--rules", "none");
        (await StrataProgram.JsonAsync(Data, 0, "projections"))[0].GetProperty("state").GetString().ShouldBe("current");
        using var http = new HttpClient { BaseAddress = server.Url };
        (await http.GetStringAsync("/health", Token)).ShouldBe("healthy");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Register_answers_while_the_tables_lag_and_says_why_they_do(bool besideServer)
    {
        await using var server = besideServer ? await StrataServerProcess.StartAsync(Data) : null;

        var registered = await StrataProgram.RunAsync(Data, "register", Samples.Files[1], "--dataset", Dataset, "--wait", "--json");

        registered.Code.ShouldBe(1, "it is in the log, and who asked cannot see it yet");
        var line = JsonElement.Parse(registered.Out)[0];
        line.GetProperty("status").GetString().ShouldBe("registered");
        line.GetProperty("position").GetInt64().ShouldBeGreaterThan(_position);
        registered.Error.ShouldContain("the tables lag behind because");
        registered.Error.ShouldContain(ForeignEvent.Type);
        registered.Error.ShouldContain("is in the log");
    }

    [Theory(Timeout = Patience)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task The_log_is_told_up_to_the_event_and_then_why_no_further(bool besideServer, bool follow)
    {
        await using var server = besideServer ? await StrataServerProcess.StartAsync(Data) : null;

        var told = await StrataProgram.RunAsync(Data, ["log", "--json", .. follow ? (string[])["--follow"] : []]);

        told.Code.ShouldBe(1);
        told.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonElement.Parse(l).GetProperty("position").GetInt64()).ShouldBe(Enumerable.Range(1, (int)_position - 1).Select(p => (long)p));
        ShouldTell(told.Error);
        told.Error.ShouldContain("Next: run that version or a newer one");
        told.Error.ShouldNotContain("went away");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_backup_copies_the_event_as_it_is_and_goes_on_from_there(bool besideServer)
    {
        await using var server = besideServer ? await StrataServerProcess.StartAsync(Data) : null;
        var backup = Path.Combine(Data, "backup");

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var made = await StrataProgram.JsonAsync(Data, 0, "backup", backup);
            (made.GetProperty("position").GetInt64(), made.GetProperty("events").GetInt64()).ShouldBe((_position, _position));
        }
    }

    private void ShouldTell(string text)
    {
        text.ShouldContain($"position {_position}");
        text.ShouldContain(ForeignEvent.Type);
        text.ShouldContain("needs a newer version");
    }
}
