using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using Strata.Servers;

namespace Strata.EndToEnd.Tests;

/// <summary><c>strata log --follow</c> over a database or a server that goes away: it goes on by itself, and nothing is skipped or told twice.</summary>
public sealed class FollowTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private const string Setting = "Strata__EventStore__ConnectionString";
    private const string RecordingsSetting = "Strata__Recordings__Folder";
    private const string Dataset = "arm";

    /// <summary>A follower that waits for what does not come is a failure; each step starts a program, and beside other tests on two cores that took minutes.</summary>
    private const int Patience = 600_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-follow-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder, "data");

    private string Recordings => Path.Combine(_folder, "shared", "recordings");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory(Timeout = Patience)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_database_that_goes_away_and_comes_back_interrupts_it_and_no_event_is_skipped_or_told_twice(bool withServer)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = true };
        await using var proxy = new CuttingProxy(address.Host!, address.Port);
        (address.Host, address.Port) = ("127.0.0.1", proxy.Port);
        var behindProxy = new Dictionary<string, string>(StringComparer.Ordinal) { [Setting] = address.ConnectionString, [RecordingsSetting] = Recordings };
        await RegisterAsync(database, 1);
        await using var server = withServer ? await StrataServerProcess.StartAsync(Data, behindProxy) : null;
        Directory.CreateDirectory(Data);
        using var follower = Follower.Start(Data, behindProxy);
        await follower.UntilAsync(await HeadAsync(database));

        foreach (var time in Enumerable.Range(2, 2))
        {
            await proxy.GoAwayAsync();
            (await follower.Error.UntilAsync($"interrupted behind position {follower.Last}:", Token)).ShouldContain($"log --follow --from {follower.Last} --json");
            await RegisterAsync(database, time);
            proxy.ComeBack();
            await follower.UntilAsync(await HeadAsync(database));
        }

        await follower.ShouldHaveSeenAsync([.. (await database.ReadAsync("select seq_id from mt_events order by seq_id")).Select(long.Parse)]);
        follower.Error.All.Count(l => l.Contains("interrupted", StringComparison.Ordinal)).ShouldBe(2, "one line each time");
    }

    [Fact(Timeout = Patience)]
    public async Task A_server_that_is_started_again_elsewhere_is_found_and_keeps_its_data_directory()
    {
        Follower follower;
        await using (var first = await StrataServerProcess.StartAsync(Data))
        {
            await RegisterAsync("run_1");
            follower = Follower.Start(Data, new Dictionary<string, string>());
            await follower.UntilAsync((await PositionsAsync())[^1]);
            (await first.TerminateAsync()).ShouldBe(0);
        }

        using (follower)
        {
            await follower.Error.UntilAsync($"interrupted behind position {follower.Last}:", Token);
            await using var second = await StrataServerProcess.StartAsync(Data);
            await RegisterAsync("run_2");
            await follower.UntilAsync((await PositionsAsync())[^1]);
            await second.KillAsync();
            await follower.Error.UntilAsync($"interrupted behind position {follower.Last}:", Token);
            await using var third = await StrataServerProcess.StartAsync(Data);
            await RegisterAsync("run_3");
            var all = await PositionsAsync();
            await follower.UntilAsync(all[^1]);
            await follower.ShouldHaveSeenAsync(all);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Without_a_server_it_only_reads_and_commands_and_a_server_work_beside_it()
    {
        await RegisterAsync("run_1");
        using var follower = Follower.Start(Data, new Dictionary<string, string>());
        await follower.UntilAsync(1);

        await RegisterAsync("run_2");
        await follower.UntilAsync((await PositionsAsync())[^1]);
        (await StrataProgram.JsonAsync(Data, 0, "segments", Dataset)).GetArrayLength().ShouldBe(2);
        await using (var server = await StrataServerProcess.StartAsync(Data))
        {
            await RegisterAsync("run_3");
            await follower.UntilAsync((await PositionsAsync())[^1]);
            (await server.TerminateAsync()).ShouldBe(0);
        }

        await RegisterAsync("run_4");
        var all = await PositionsAsync();
        await follower.UntilAsync(all[^1]);
        await follower.ShouldHaveSeenAsync(all);
        follower.Error.All.ShouldNotContain(l => l.Contains("interrupted", StringComparison.Ordinal));
    }

    private async Task RegisterAsync(string segment) => await StrataProgram.JsonAsync(Data, 0, "register", SmallRecordings.Write(_folder, segment, 0.1), "--dataset", Dataset, "--rules", "none");

    private async Task<IReadOnlyList<long>> PositionsAsync() =>
        [.. (await StrataProgram.RunAsync(Data, "log", "--json")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonElement.Parse(l).GetProperty("position").GetInt64())];

    private async Task RegisterAsync(PostgresDatabase database, int run)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { [Setting] = database.ConnectionString, [RecordingsSetting] = Recordings };
        var registered = await StrataProgram.RunAsync(
            Path.Combine(_folder, "robot"), settings, "register", SmallRecordings.Write(_folder, $"run_{run}", 0.1), "--dataset", Dataset, "--rules", "none");
        registered.Code.ShouldBe(0, registered.Error);
    }

    private static async Task<long> HeadAsync(PostgresDatabase database) => long.Parse((await database.ReadAsync("select max(seq_id) from mt_events")).Single());

    private sealed class Follower : IDisposable
    {
        private readonly Process _process;
        private readonly List<long> _positions = [];

        private Follower(Process process) => (_process, Error) = (process, new SpokenLines(process.StandardError));

        public SpokenLines Error { get; }

        public long Last => _positions[^1];

        public static Follower Start(string data, IReadOnlyDictionary<string, string> environment)
        {
            return new(Process.Start(StrataProgram.StartInfo(data, environment, "log", "--follow", "--json"))!);
        }

        public async Task UntilAsync(long position)
        {
            while (_positions.Count == 0 || Last < position)
            {
                var line = await _process.StandardOutput.ReadLineAsync(Token) ?? throw new InvalidOperationException($"it ended:\n{string.Join('\n', Error.All)}");
                _positions.Add(JsonElement.Parse(line).GetProperty("position").GetInt64());
            }
        }

        /// <summary>Ends it as Ctrl-C does.</summary>
        public async Task ShouldHaveSeenAsync(IReadOnlyList<long> positions)
        {
            using (var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]))
            {
                await kill.WaitForExitAsync(Token);
            }

            (await _process.StandardOutput.ReadToEndAsync(Token)).ShouldBeEmpty();
            await _process.WaitForExitAsync(Token);
            _positions.ShouldBe(positions);
            await Error.UntilAsync($"followed up to position {Last}; what comes behind it: strata log --follow --from {Last} --json", Token);
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
                _process.WaitForExit();
            }

            _process.Dispose();
        }
    }
}
