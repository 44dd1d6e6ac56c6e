using System.Text.Json;
using System.Text.RegularExpressions;
using Strata.Contracts;
using Strata.EventStore.Postgres;
using Strata.Servers;

namespace Strata.EventStore.Tests.Postgres;

/// <summary>What lies in the database: Marten's tables as Marten makes and reads them, and what is Strata's own beside them. Source: DESIGN §9, marten-tables.</summary>
public sealed partial class PostgresTables(PostgresServer server)
{
    private static readonly StrataEvent Created = new DatasetCreated(DatasetId.Parse("0123456789abcdef0123456789abcdef"), "arm", KeepMode.Copy);

    private static readonly JsonSerializerOptions CamelCase = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_event_tables_are_exactly_Martens()
    {
        await using var store = await CreateAsync();
        Assert.SkipWhen(PostgresServer.Dump is null, PostgresDump.Absence);

        var dump = await PostgresDump.RunAsync(store.Database, "--schema-only", "--table", "public.mt_*");

        Statements(dump).ShouldBe(Statements(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Golden", "marten-8.37.2.sql"), Cancel)));
    }

    [Fact]
    public async Task All_that_is_Stratas_own_lies_in_its_schema()
    {
        await using var store = await CreateAsync();

        (await store.Database.ReadAsync("select tablename from pg_tables where schemaname = 'public' order by 1")).ShouldBe(["mt_event_progression", "mt_events", "mt_streams"]);
        (await store.Database.ReadAsync("select proname from pg_proc where pronamespace = 'public'::regnamespace")).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_row_holds_what_Marten_expects_in_each_column()
    {
        await using var store = await CreateAsync();
        await store.Events.AppendAsync(To("dataset-1", "command"), Cancel);

        (await store.Database.ReadAsync("set timezone = 'UTC'; select id, type, version, timestamp, snapshot, snapshot_version, created, tenant_id, is_archived from mt_streams"))
            .ShouldBe(["dataset-1||1|2026-11-22 10:00:00+00|||2026-11-22 10:00:00+00|*DEFAULT*|f"]);
        (await store.Database.ReadAsync(
            "set timezone = 'UTC'; select seq_id, stream_id, version, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, user_name, is_archived from mt_events"))
            .ShouldBe([$$"""1|dataset-1|1|dataset_created|2026-11-22 10:00:00+00|*DEFAULT*|Strata.Contracts.DatasetCreated, Strata.Contracts|||{"commandId": "command", "writtenBy": "{{StrataVersion.Current}}", "recordedAtNs": 1795341600000000000}||f"""]);
    }

    [Fact]
    public async Task Martens_page_query_gives_events_that_its_serializer_reads_in_camel_case()
    {
        await using var store = await CreateAsync();
        await store.Events.AppendAsync(To("dataset-1", "command"), Cancel);

        // As traced: what an asynchronous projection asks for each page, with the aliases of the types that it knows.
        var row = (await store.Database.ReadAsync("""
            select d.data, d.type, d.mt_dotnet_type, d.seq_id, d.id, d.stream_id, d.version, d.timestamp, d.tenant_id, d.correlation_id, d.causation_id, d.headers, d.user_name, d.is_archived, s.type
              from public.mt_events as d inner join public.mt_streams as s on d.stream_id = s.id
             where d.seq_id > 0 and d.seq_id <= 1 and d.type = any (array['dataset_created', 'archived']) and d.is_archived = FALSE order by d.seq_id limit 500
            """)).ShouldHaveSingleItem().Split('|');

        Type.GetType(row[2]).ShouldBe(typeof(DatasetCreated));
        JsonSerializer.Deserialize<DatasetCreated>(row[0], CamelCase).ShouldBe(Created);
    }

    [Fact]
    public async Task What_jsonb_cannot_hold_is_kept_exactly_beside_the_nearest_that_it_can()
    {
        StrataEvent[] events =
        [
            new RuleDeclared(DatasetId.Parse("0123456789abcdef0123456789abcdef"), "r", 1, "d", [], "out", CanonicalJson.Parse("""{"a":1E3,"b":-0,"c":-0.0,"d":1e999999,"e":0.13,"f":1.50}""")),
            new RuleSuppressed(DatasetId.Parse("0123456789abcdef0123456789abcdef"), "r", "s", "a NUL \0 and a \\u0000 that is none"),
            new RuleSuppressed(DatasetId.Parse("0123456789abcdef0123456789abcdef"), "r", "s", "a \\u0000 that is none"),
        ];
        await using var store = await CreateAsync();
        (await store.Events.AppendAsync(new Append("command", [new("a", 0, [.. events])], [], []), Cancel)).ShouldBeOfType<AppendResult.Appended>();

        (await store.Events.ReadAsync(0, 10, Cancel)).Events.Select(e => e.Event).ShouldBe(events);
        (await store.Database.ReadAsync("select data -> 'parameters' from mt_events where seq_id = 1")).ShouldBe(["""{"a": 1000, "b": 0, "c": 0.0, "d": "1e999999", "e": 0.13, "f": 1.50}"""]);
        (await store.Database.ReadAsync("select data ->> 'reason', headers ? 'exactJson' from mt_events where seq_id > 1 order by 1"))
            .ShouldBe([@"a NUL � and a \u0000 that is none|t", @"a \u0000 that is none|f"], ignoreOrder: true);
    }

    [Fact]
    public async Task Ten_that_start_at_once_on_an_empty_database_find_one_schema()
    {
        await using var database = await server.CreateDatabaseAsync();
        var stores = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => PostgresStoreUnderTest.OpenAsync(database.ConnectionString, new PostgresEventStoreOptions(Connections: 2)), Cancel)));

        (await Task.WhenAll(stores.Select((store, i) => store.AppendAsync(To($"stream {i}", $"command {i}"), Cancel)))).ShouldAllBe(r => r is AppendResult.Appended);
        (await database.ReadAsync("select version from strata.schema_version")).ShouldBe(["3"]);
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused_and_not_touched()
    {
        await using var store = await CreateAsync();
        await store.Database.ExecuteAsync("update strata.schema_version set version = 99");

        var failure = await Should.ThrowAsync<LogStorageException>(store.ReopenAsync());
        failure.Message.ShouldContain($"{store.LogFile}: expected schema version 3 or older, found 99: a newer version of Strata wrote it");
        (await store.Database.ReadAsync("select version from strata.schema_version")).ShouldBe(["99"]);
    }

    [Fact]
    public async Task Tables_of_somebody_else_under_Martens_names_are_left_alone_and_named()
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("create table mt_events (mine int)");

        (await Should.ThrowAsync<LogStorageException>(PostgresStoreUnderTest.OpenAsync(database.ConnectionString, new PostgresEventStoreOptions()))).Message.ShouldContain("mt_events");
        (await database.ReadAsync("select count(*) from pg_tables where schemaname in ('public', 'strata')")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task An_event_of_a_newer_version_stops_the_reader()
    {
        await using var store = await CreateAsync();
        await store.Events.AppendAsync(To("a", "command"), Cancel);
        await store.Database.ExecuteAsync("update mt_events set type = 'layer_teleported'");

        (await Should.ThrowAsync<UnknownEventTypeException>(() => store.Events.ReadAsync(0, 10, Cancel))).EventType.ShouldBe("layer_teleported");
    }

    [Theory]
    [InlineData("update mt_events set data = '7'")]
    [InlineData("update mt_events set headers = null")]
    [InlineData("update mt_events set headers = 'null'")]
    public async Task A_row_that_Strata_did_not_write_is_named_with_its_position(string damage)
    {
        await using var store = await CreateAsync();
        await store.Events.AppendAsync(To("a", "command"), Cancel);
        await store.Database.ExecuteAsync(damage);

        var failure = await Should.ThrowAsync<LogDamagedException>(() => store.Events.ReadAsync(0, 10, Cancel));
        failure.Message.ShouldContain($"{store.LogFile} is damaged: event 1 (dataset_created)");
        failure.Message.ShouldContain($"restore {store.Database.Name} from a backup");
    }

    private async Task<PostgresStoreUnderTest> CreateAsync() => (PostgresStoreUnderTest)await PostgresStoreUnderTest.CreateAsync(server);

    private static Append To(string stream, string command) => new(command, [new(stream, 0, [Created])], [], []);

    /// <summary>Each on a line, sorted; without comments, settings, and the moment at which the table was made.</summary>
    private static string[] Statements(string script)
    {
        var lines = script.Split('\n').Where(line => !line.StartsWith("--", StringComparison.Ordinal) && !line.StartsWith('\\'));
        return [.. string.Join('\n', lines).Split(";\n").Select(s => Moment().Replace(s.Trim(), "'(moment)'::timestamp"))
            .Where(s => s.StartsWith("CREATE", StringComparison.Ordinal) || (s.StartsWith("ALTER", StringComparison.Ordinal) && !s.Contains("OWNER TO", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)];
    }

    [GeneratedRegex("'[^']*'::timestamp")]
    private static partial Regex Moment();
}
