using Npgsql;
using Strata.Contracts;
using Strata.EventStore.Postgres;
using Strata.Servers;

namespace Strata.EventStore.Tests.Postgres;

/// <summary>The database is cut off, away, wrong or in a knot. Source: DESIGN rules 2 and 10.</summary>
public sealed class PostgresFaults(PostgresServer server)
{
    private const string Secret = "hunter2";

    private static readonly StrataEvent Event = new RuleSuppressed(DatasetId.Parse("0123456789abcdef0123456789abcdef"), "r", "s", "asked");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task An_append_whose_connection_was_cut_after_it_was_sent_is_settled_by_its_command_id(int cuts)
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var proxy = Proxy(database);
        await using var store = await OpenAsync(database, proxy);
        proxy.CutAfter("from strata.append("u8, cuts);

        var result = await store.AppendAsync(To("a", "command"), Cancel);

        proxy.Cuts.ShouldBe(cuts);
        result.ShouldBeOfType<AppendResult.Known>().Positions.ShouldBe([1]);
        (await store.ReadAsync(0, 10, Cancel)).Events.Select(e => (e.Position, e.CommandId)).ShouldBe([(1, "command")]);
        (await store.AppendAsync(To("b", "next"), Cancel)).ShouldBeOfType<AppendResult.Appended>().Positions.ShouldBe([2]);
    }

    [Fact]
    public async Task A_refusal_whose_answer_was_cut_off_is_the_same_refusal_when_asked_again()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var proxy = Proxy(database);
        await using var store = await OpenAsync(database, proxy);
        proxy.CutAfter("from strata.append("u8, 1);

        (await store.AppendAsync(new Append("command", [new("a", 4, [Event])], [], []), Cancel)).ShouldBe(new AppendResult.VersionConflict("a", 4, 0));
        proxy.Cuts.ShouldBe(1);
        (await store.HeadAsync(Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task An_append_that_never_learns_says_that_it_does_not_know()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var proxy = Proxy(database);
        await using var store = await OpenAsync(database, proxy, new PostgresEventStoreOptions { Attempts = 2 });
        proxy.CutAfter("from strata.append("u8, int.MaxValue);

        var failure = await Should.ThrowAsync<LogStorageException>(store.AppendAsync(To("a", "command"), Cancel));

        failure.Message.ShouldContain("whether the append was kept is not known, the same command id asked again tells");
        proxy.CutAfter([], 0);
        (await store.AppendAsync(To("a", "command"), Cancel)).ShouldBeOfType<AppendResult.Known>().Positions.ShouldBe([1]);
    }

    [Fact]
    public async Task While_the_database_is_away_its_name_is_told_and_no_password_and_all_goes_on_when_it_is_back()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var proxy = Proxy(database);
        await using var store = await OpenAsync(database, proxy);
        await using var elsewhere = await PostgresStoreUnderTest.OpenAsync(database.ConnectionString, new PostgresEventStoreOptions());
        await store.AppendAsync(To("a", "before"), Cancel);
        await proxy.GoAwayAsync();

        Func<Task>[] calls =
        [
            () => store.AppendAsync(To("b", "away"), Cancel),
            () => store.ReadAsync(0, 1, Cancel),
            () => store.WaitForEventsAsync(1, Cancel),
            () => store.AcquireAsync("relay", "ann", TimeSpan.FromSeconds(1), Cancel),
            () => store.ClaimAsync([Sha256Digest.Of("one"u8)], "ann", TimeSpan.FromSeconds(1), Cancel),
        ];
        foreach (var call in calls)
        {
            var failure = await Should.ThrowAsync<LogStorageException>(call);
            failure.Message.ShouldStartWith($"127.0.0.1:{proxy.Port}/{database.Name}: the database does not answer");
            failure.ToString().ShouldNotContain(Secret);
        }

        proxy.ComeBack();
        (await store.AppendAsync(To("b", "back"), Cancel)).ShouldBeOfType<AppendResult.Appended>();
        (await store.ReadAsync(0, 10, Cancel)).Events.Select(e => e.CommandId).ShouldBe(["before", "back"]);
        var waiting = store.WaitForEventsAsync(2, Cancel);
        await elsewhere.AppendAsync(To("c", "elsewhere"), Cancel);
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Database=strata;Password=hunter2", "127.0.0.1:1/strata: the database does not answer")]
    [InlineData("postgres://user:hunter2@host/strata", "connection string: expected Host=")]
    [InlineData("Host=127.0.0.1;Password=hunter2", "found one without Database")]
    [InlineData("Host=127.0.0.1;Pasword=hunter2", "found text of another form")]
    public async Task A_connection_string_that_leads_nowhere_is_refused_in_words_without_its_password(string connectionString, string words)
    {
        var failure = await Should.ThrowAsync<LogStorageException>(PostgresStoreUnderTest.OpenAsync(connectionString, new PostgresEventStoreOptions()));

        failure.Message.ShouldContain(words);
        failure.ToString().ShouldNotContain(Secret);
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_named_with_what_helps()
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.DisposeAsync();

        (await Should.ThrowAsync<LogStorageException>(PostgresStoreUnderTest.OpenAsync(database.ConnectionString, new PostgresEventStoreOptions())))
            .Message.ShouldEndWith($"/{database.Name}: there is no such database; create it (createdb), or name another one in the connection string");
    }

    [Fact]
    public async Task An_append_that_PostgreSQL_sacrifices_to_a_deadlock_is_run_again()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var store = await PostgresStoreUnderTest.OpenAsync(database.ConnectionString, new PostgresEventStoreOptions());
        await using var other = await database.ConnectAsync();

        // The other one never looks for deadlocks itself, so the append is the victim.
        await other.ExecuteAsync("set deadlock_timeout = '10min'; begin; insert into strata.guards values ('names', 'second', 'same')");
        var appending = store.AppendAsync(To("a", "command") with { Guards = [new Guard.Claim("names", "first", "same"), new Guard.Claim("names", "second", "same")] }, Cancel);
        await UntilSomebodyWaitsAsync(database);
        await other.ExecuteAsync("insert into strata.guards values ('names', 'first', 'same')");
        await other.ExecuteAsync("commit");

        (await appending).ShouldBeOfType<AppendResult.Appended>().Positions.Length.ShouldBe(1);
        (await database.ReadAsync("select count(*) from mt_events")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Appends_to_the_same_streams_in_opposite_orders_wait_for_each_other_and_never_in_a_circle()
    {
        const int Rounds = 100;
        await using var database = await server.CreateDatabaseAsync();
        await using var store = await PostgresStoreUnderTest.OpenAsync(database.ConnectionString, new PostgresEventStoreOptions());
        string[] streams = [.. Enumerable.Range(0, 12).Select(i => $"stream {i}"), "\uE000", "😀"];
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(
            async () =>
            {
                var random = new Random(caller);
                var all = new List<AppendResult>();
                for (var round = 0; round < Rounds; round++)
                {
                    var order = streams.Select(s => new StreamAppend(s, StreamAppend.AnyVersion, [Event])).ToArray();
                    random.Shuffle(order);
                    all.Add(await store.AppendAsync(new Append($"{caller} {round}", [.. order], [], []), Cancel));
                }

                return all;
            },
            Cancel)));

        results.SelectMany(r => r).ShouldAllBe(r => r is AppendResult.Appended);
        (await database.ReadAsync("select count(*), count(distinct (stream_id, version)), max(version) from mt_events")).ShouldBe([$"{8 * Rounds * streams.Length}|{8 * Rounds * streams.Length}|{8 * Rounds}"]);
        (await database.ReadAsync($"select deadlocks from pg_stat_database where datname = '{database.Name}'")).ShouldBe(["0"]);
    }

    [Fact]
    public async Task Who_wants_a_scope_empty_waits_for_a_row_that_is_being_written_and_is_refused_by_it()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var store = await PostgresStoreUnderTest.OpenAsync(database.ConnectionString, new PostgresEventStoreOptions());
        await using var other = await database.ConnectAsync();
        await other.ExecuteAsync("begin; select strata.lock_scopes('{put}', '{names}'); select strata.apply_guards('{put}', '{names}', '{arm}', '{1}', '{null}')");
        var guard = new Guard.RequireEmpty("names");
        var appending = store.AppendAsync(new Append("command", [], [guard], []), Cancel);
        await UntilSomebodyWaitsAsync(database);

        await other.ExecuteAsync("commit");
        (await appending).ShouldBe(new AppendResult.GuardRefused(guard, "1"));
    }

    private static async Task UntilSomebodyWaitsAsync(PostgresDatabase database)
    {
        await using var connection = await database.ConnectAsync();
        while (await connection.NumberAsync("select count(*) from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database()") == 0)
        {
            Cancel.ThrowIfCancellationRequested();
        }
    }

    private static Append To(string stream, string command) => new(command, [new(stream, 0, [Event])], [], []);

    private static CuttingProxy Proxy(PostgresDatabase database)
    {
        var direct = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        return new(direct.Host!, direct.Port);
    }

    private static Task<PostgresEventStore> OpenAsync(PostgresDatabase database, CuttingProxy proxy, PostgresEventStoreOptions? options = null)
    {
        var through = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Host = "127.0.0.1", Port = proxy.Port };
        through.Password ??= Secret;
        return PostgresStoreUnderTest.OpenAsync(through.ConnectionString, options ?? new());
    }
}
