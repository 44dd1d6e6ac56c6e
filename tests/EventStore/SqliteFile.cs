using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.EventStore.Sqlite;

namespace Strata.EventStore.Tests;

/// <summary>What is particular to the SQLite adapter: its file, its failures, its tables.</summary>
public sealed class SqliteFile : IDisposable
{
    private static readonly StrataEvent Created = new DatasetCreated(DatasetId.Parse("0123456789abcdef0123456789abcdef"), "arm", KeepMode.Copy);

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-log-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string LogFile => Path.Combine(_folder, "log.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_full_disk_is_told_to_the_appender_and_the_writer_goes_on()
    {
        await using var store = await OpenAsync(new SqliteEventStoreOptions(MaxPages: 40));
        var big = new Append("big", [new("a", 0, [Created])], [], [Blob.Of(new byte[1_000_000])]);
        var failure = await Should.ThrowAsync<LogStorageException>(() => store.AppendAsync(big, Cancel));

        failure.Message.ShouldContain(LogFile);
        failure.Message.ShouldContain("full");
        failure.Message.ShouldContain("try again");
        (await store.HeadAsync(Cancel)).ShouldBe(0);
        (await store.AppendAsync(Small("small", "a"), Cancel)).ShouldBeOfType<AppendResult.Appended>().Positions.ShouldBe([1]);
    }

    [Fact]
    public async Task An_append_for_which_there_is_no_room_does_not_take_its_neighbours_with_it()
    {
        await using var store = await OpenAsync(new SqliteEventStoreOptions(MaxPages: 60));
        var tasks = Enumerable.Range(0, 20).Select(i => i == 10
            ? store.AppendAsync(new Append("big", [], [], [Blob.Of(new byte[1_000_000])]), Cancel)
            : store.AppendAsync(Small($"small {i}", $"stream {i}"), Cancel)).ToArray();

        await Should.ThrowAsync<LogStorageException>(() => tasks[10]);
        foreach (var task in tasks.Where((_, i) => i != 10))
        {
            (await task).ShouldBeOfType<AppendResult.Appended>();
        }
    }

    [Fact]
    public async Task A_log_of_a_newer_version_is_refused_and_not_touched()
    {
        await (await OpenAsync()).DisposeAsync();
        Execute("UPDATE strata_schema_version SET version = 99");
        var failure = await Should.ThrowAsync<LogStorageException>(() => OpenAsync());

        failure.Message.ShouldContain("found 99");
        failure.Message.ShouldContain("newer version");
        Read("SELECT version FROM strata_schema_version").ShouldBe(["99"]);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_by_name()
    {
        await File.WriteAllTextAsync(LogFile, new string('x', 10_000), Cancel);
        (await Should.ThrowAsync<LogStorageException>(() => OpenAsync())).Message.ShouldContain("expected a SQLite database");
    }

    [Fact]
    public async Task The_tables_have_Martens_names_and_columns()
    {
        await (await OpenAsync()).DisposeAsync();

        Columns("mt_streams").ShouldBe("id type version timestamp snapshot snapshot_version created tenant_id is_archived");
        Columns("mt_events").ShouldBe(
            "seq_id id stream_id version data type timestamp tenant_id mt_dotnet_type correlation_id causation_id headers user_name is_archived");
        Columns("mt_event_progression").ShouldBe("name last_seq_id last_updated");
        Read("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'mt_%' AND name NOT LIKE 'strata_%'").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_row_holds_what_Marten_expects_in_each_column()
    {
        await using (var store = await OpenAsync())
        {
            await store.AppendAsync(Small("command", "dataset-1"), Cancel);
        }

        Read("SELECT version || ' ' || tenant_id || ' ' || is_archived || ' ' || created FROM mt_streams WHERE id = 'dataset-1'")
            .ShouldBe(["1 *DEFAULT* 0 2026-11-22T10:00:00.000000Z"]);
        Read("SELECT type || ' | ' || mt_dotnet_type || ' | ' || timestamp || ' | ' || tenant_id FROM mt_events")
            .ShouldBe(["dataset_created | Strata.Contracts.DatasetCreated, Strata.Contracts | 2026-11-22T10:00:00.000000Z | *DEFAULT*"]);
        Read("SELECT headers FROM mt_events").ShouldBe(["{\"commandId\":\"command\",\"recordedAtNs\":1795341600000000000,\"writtenBy\":\"" + StrataVersion.Current + "\"}"]);
        JsonDocument.Parse(Read("SELECT data FROM mt_events").Single()).RootElement.GetProperty("name").GetString().ShouldBe("arm");
        Guid.TryParse(Read("SELECT id FROM mt_events").Single(), out _).ShouldBeTrue();
        Read("PRAGMA journal_mode").ShouldBe(["wal"]);
        Read("PRAGMA integrity_check").ShouldBe(["ok"]);
        Read("SELECT count(*) FROM pragma_foreign_key_check").ShouldBe(["0"]);
    }

    [Fact]
    public async Task An_event_of_a_newer_version_stops_the_reader()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync(Small("command", "a"), Cancel);
        Execute("UPDATE mt_events SET type = 'layer_teleported', headers = json_set(headers, '$.writtenBy', '7.2.0')");

        var unknown = await Should.ThrowAsync<UnknownEventTypeException>(() => store.ReadAsync(0, 10, Cancel));
        (unknown.EventType, unknown.Position).ShouldBe(("layer_teleported", 1));
        unknown.Message.ShouldContain("needs version ≥ 7.2.0");
        await Should.ThrowAsync<UnknownEventTypeException>(() => store.ReadStreamsAsync(["a"], Cancel));
        (await store.HeadAsync(Cancel)).ShouldBe(1);
    }

    [Fact]
    public async Task Events_from_before_the_writers_version_was_written_down_are_read()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync(Small("command", "a"), Cancel);
        Execute("UPDATE mt_events SET headers = json_remove(headers, '$.writtenBy')");

        (await store.ReadAsync(0, 10, Cancel)).Events.ShouldHaveSingleItem().CommandId.ShouldBe("command");

        Execute("UPDATE mt_events SET type = 'layer_teleported'");
        (await Should.ThrowAsync<UnknownEventTypeException>(() => store.ReadAsync(0, 10, Cancel))).Message.ShouldContain("needs a newer version");
    }

    [Theory]
    [InlineData("UPDATE mt_events SET data = '{'")]
    [InlineData("UPDATE mt_events SET headers = 'null'")]
    [InlineData("UPDATE mt_events SET headers = NULL")]
    [InlineData("UPDATE mt_events SET headers = '{\"commandId\":7,\"recordedAtNs\":1}'")]
    [InlineData("UPDATE mt_events SET id = 'x'")]
    public async Task A_row_that_Strata_did_not_write_is_named_with_its_position(string damage)
    {
        await using var store = await OpenAsync();
        await store.AppendAsync(Small("command", "a"), Cancel);
        Execute(damage);
        var failure = await Should.ThrowAsync<LogDamagedException>(() => store.ReadAsync(0, 10, Cancel));

        failure.Message.ShouldContain(LogFile);
        failure.Message.ShouldContain("event 1 (dataset_created)");
        failure.Message.ShouldContain("restore log.db from a backup");
    }

    [Fact]
    public async Task Headers_that_somebody_else_added_to_are_read()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync(Small("command", "a"), Cancel);
        Execute("""UPDATE mt_events SET headers = '{"other":{"commandId":"no"},"recordedAtNs":7,"commandId":"yes"}'""");

        var found = (await store.ReadAsync(0, 10, Cancel)).Events.Single();
        (found.CommandId, found.RecordedAtNs).ShouldBe(("yes", 7));
    }

    [Fact]
    public async Task Another_process_that_appends_wakes_who_waits_and_positions_go_on()
    {
        await using var here = await OpenAsync();
        await using var there = await OpenAsync();
        await here.AppendAsync(Small("one", "a"), Cancel);
        var waiting = here.WaitForEventsAsync(1, Cancel);
        (await there.AppendAsync(Small("two", "b"), Cancel)).ShouldBeOfType<AppendResult.Appended>().Positions.ShouldBe([2]);
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        (await here.AppendAsync(Small("three", "c"), Cancel)).ShouldBeOfType<AppendResult.Appended>().Positions.ShouldBe([3]);
        (await there.AppendAsync(Small("one", "a"), Cancel)).ShouldBeOfType<AppendResult.Known>().Positions.ShouldBe([1]);
    }

    [Fact]
    public async Task Closing_writes_what_was_handed_over_and_refuses_what_comes_later()
    {
        var store = await OpenAsync();
        var appends = Enumerable.Range(0, 100).Select(i => store.AppendAsync(Small($"command {i}", $"stream {i}"), Cancel)).ToArray();
        await store.DisposeAsync();

        (await Task.WhenAll(appends)).ShouldAllBe(r => r is AppendResult.Appended);
        await Should.ThrowAsync<ObjectDisposedException>(() => store.AppendAsync(Small("late", "late"), Cancel));
        await Should.ThrowAsync<ObjectDisposedException>(() => store.ReadAsync(0, 1, Cancel));
        Read("SELECT count(*) FROM mt_events").ShouldBe(["100"]);
        File.Exists(LogFile + "-wal").ShouldBeFalse();
    }

    private static Append Small(string command, string stream) => new(command, [new(stream, 0, [Created])], [], []);

    private Task<SqliteEventStore> OpenAsync(SqliteEventStoreOptions? options = null) =>
        SqliteEventStore.OpenAsync(_folder, new Conformance.SettableClock(), options ?? new(), NullLogger.Instance, Cancel);

    private string Columns(string table) => string.Join(' ', Read($"SELECT name FROM pragma_table_info('{table}')"));

    private void Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private List<string> Read(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={LogFile};Pooling=False");
        connection.Open();
        return connection;
    }
}
