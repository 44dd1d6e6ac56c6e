using Npgsql;
using Strata.Servers;

namespace Strata.EndToEnd.Tests;

/// <summary>The database keeps what a command sent, and the answer is lost: the command cannot know, and says so and what to do.</summary>
public sealed class LostAnswerTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("strata-lost-answer-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_command_whose_answer_was_lost_says_that_it_may_have_been_done_and_the_same_one_again_has_one_effect()
    {
        await using var database = await server.CreateDatabaseAsync();
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var proxy = new CuttingProxy(address.Host!, address.Port);
        (address.Host, address.Port) = ("127.0.0.1", proxy.Port);
        proxy.CutAfter("from strata.append("u8, int.MaxValue);

        var lost = await RunAsync(address.ConnectionString, "register", Samples.Files[0], "--dataset", "arm", "--rules", "none");

        lost.Code.ShouldBe(1, lost.Out);
        proxy.HasCut("layer_registered"u8).ShouldBeTrue("the registration was cut off");
        lost.Error.ShouldContain("it is not known whether this was done");
        lost.Error.ShouldContain("run the same command again, which is safe");
        (await RunAsync(database.ConnectionString, "register", Samples.Files[0], "--dataset", "arm", "--rules", "none")).Code.ShouldBe(0);
        (await database.ReadAsync("select count(*) from mt_events where type = 'layer_registered'")).ShouldBe(["1"]);
    }

    private Task<ProgramResult> RunAsync(string connection, params string[] arguments) =>
        StrataProgram.RunAsync(_data, new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__EventStore__ConnectionString"] = connection }, arguments);
}
