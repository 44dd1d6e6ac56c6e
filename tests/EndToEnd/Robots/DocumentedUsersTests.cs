using System.Text.Json;
using System.Text.RegularExpressions;
using Strata.Bus.Tests;
using Strata.EndToEnd.Tests.Docs;

namespace Strata.EndToEnd.Tests;

/// <summary><c>strata publish</c> as a broker's user with exactly the permissions of docs/publishing.md, and as one that lacks some, against a running server.</summary>
public sealed partial class DocumentedUsersTests(RabbitMqBroker broker) : IClassFixture<RabbitMqBroker>, IAsyncLifetime
{
    private const int Patience = 180_000;
    private const string Robot = "arm-7";
    private const string Deaf = "arm-8";
    private const string Dataset = "arms";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-users-").FullName;
    private StrataServerProcess _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder, "data");

    private string Broken => Path.Combine(_folder, "bad.rrd");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        Assert.SkipWhen(broker.ControlAbsence is not null, broker.ControlAbsence ?? "");
        await File.WriteAllTextAsync(Broken, "no recording", Token);
        _server = await StrataServerProcess.StartAsync(Data, new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__Bus__RabbitMq"] = broker.Address!.ToString() });
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact(Timeout = Patience)]
    public async Task The_user_of_the_page_hears_what_became_of_its_recordings()
    {
        foreach (var line in FencedBlocks.Of("docs/publishing.md", "sh", "Users").ShouldHaveSingleItem().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            await broker.ControlAsync([.. Word().Matches(line).Skip(1).Select(m => m.Groups["quoted"].Success ? m.Groups["quoted"].Value : m.Value)]);
        }

        var good = await PublishAsync(Robot, Samples.Files[0], "--wait-answer");
        var bad = await PublishAsync(Robot, Broken, "--wait-answer");

        (good.Code, good.State, good.Outcome).ShouldBe((0, "done", "accepted"), good.Error);
        (bad.Code, bad.State, bad.Outcome).ShouldBe((1, "done", "quarantined"), bad.Error);
        (good.Error + bad.Error).ShouldNotContain("warning");
    }

    [Fact(Timeout = Patience)]
    public async Task A_user_that_may_not_listen_is_told_so_and_nothing_it_waits_for_is_done_before_it_may()
    {
        await broker.ControlAsync("add_user", Deaf, "secret");
        await broker.ControlAsync("set_permissions", Deaf, "^$", "^robots$", "^$");

        var unheard = await PublishAsync(Deaf, Broken, "--wait-answer");
        var confirmed = await PublishAsync(Deaf, Samples.Files[1]);
        var late = await PublishAsync(Deaf, Samples.Files[1], "--wait-answer");

        (unheard.Code, unheard.State, unheard.Outcome).ShouldBe((1, "published", null), unheard.Error);
        unheard.Error.ShouldContain($"the user '{Deaf}' lacks the permission to configure 'answer.{Deaf}'");
        unheard.Error.ShouldContain("next: give the user the permission");
        (confirmed.Code, confirmed.State, confirmed.Outcome).ShouldBe((0, "done", null), confirmed.Error);
        confirmed.Error.ShouldContain("what the broker confirmed counts as done");
        (late.Code, late.State).ShouldBe((1, "done"), late.Error);
        late.Error.ShouldContain("went out without --wait-answer by a user that may not hear answers");

        await broker.ControlAsync("set_permissions", Deaf, $"^answer\\.{Deaf}$", $"^(robots|answer\\.{Deaf})$", $"^(answers|answer\\.{Deaf})$");
        var heard = await PublishAsync(Deaf, Broken, "--wait-answer");
        (heard.Code, heard.State, heard.Outcome).ShouldBe((1, "done", "quarantined"), heard.Error);
    }

    private async Task<(int Code, string? State, string? Outcome, string Error)> PublishAsync(string robot, string file, params string[] options)
    {
        var start = StrataProgram.StartInfo(Path.Combine(_folder, "no-data"), ["publish", file, "--dataset", Dataset, "--robot", robot, "--server", $"{_server.Url}", "--json", .. options]);
        start.Environment["STRATA_SPOOL"] = Path.Combine(_folder, "spool-" + robot);
        start.Environment["STRATA_BROKER"] = new UriBuilder(broker.Address!) { UserName = robot, Password = "secret" }.Uri.ToString();
        var result = await StrataProgram.RunAsync(start);
        result.Out.ShouldStartWith("[", Case.Sensitive, result.Error);
        var line = JsonElement.Parse(result.Out).EnumerateArray().ShouldHaveSingleItem();
        return (result.Code, line.GetProperty("state").GetString(), line.GetProperty("outcome").GetString(), result.Error);
    }

    [GeneratedRegex(@"'(?<quoted>[^']*)'|\S+")]
    private static partial Regex Word();
}
