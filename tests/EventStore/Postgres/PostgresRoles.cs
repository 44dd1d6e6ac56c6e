using System.Text.RegularExpressions;
using Npgsql;
using Strata.Contracts;
using Strata.EventStore.Postgres;
using Strata.Servers;

namespace Strata.EventStore.Tests.Postgres;

/// <summary>The rights that <c>docs/postgres.md</c> names are enough, and no more than that.</summary>
public sealed partial class PostgresRoles(PostgresServer server) : IAsyncLifetime
{
    private const string Page = "Docs/postgres.md";

    private static readonly StrataEvent Event = new RuleSuppressed(DatasetId.Parse("0123456789abcdef0123456789abcdef"), "r", "s", "asked");

    private readonly string _app = $"app_{Guid.NewGuid():N}";
    private readonly string _reader = $"reader_{Guid.NewGuid():N}";
    private PostgresDatabase? _database;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync();
        await (await PostgresStoreUnderTest.OpenAsync(_database.ConnectionString, new PostgresEventStoreOptions())).DisposeAsync();
        await _database.ExecuteAsync($"create role {_app} login password 'app'; create role {_reader} login password 'reader'");
        foreach (Match grants in Grants().Matches(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, Page), Cancel)))
        {
            await _database.ExecuteAsync(grants.Groups[1].Value.Replace("strata_app", _app, StringComparison.Ordinal).Replace("strata_reader", _reader, StringComparison.Ordinal));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.ExecuteAsync($"drop owned by {_app}, {_reader}; drop role {_app}, {_reader}");
            await _database.DisposeAsync();
        }
    }

    [Fact]
    public async Task With_the_rights_of_an_application_the_store_does_all_its_work()
    {
        await using var store = await PostgresStoreUnderTest.OpenAsync(As(_app, "app"), new PostgresEventStoreOptions());
        Guard[] guards = [new Guard.Put("names", "a", "1"), new Guard.Swap("names", "a", "1", "2"), new Guard.Release("names", "a"), new Guard.RequireEmpty("names")];
        StreamAppend[] streams = [new("a", 0, [Event]), new("a", 1, [Event]), new("only checked", 0, [])];
        (await store.AppendAsync(new Append("one", [.. streams], [.. guards], [Blob.Of("blob"u8.ToArray())]), Cancel)).ShouldBeOfType<AppendResult.Appended>();
        (await store.AppendAsync(new Append("two", [new("a", 2, [Event])], [], []), Cancel)).ShouldBeOfType<AppendResult.Appended>();

        (await store.ReadAsync(0, 10, Cancel)).Events.Length.ShouldBe(3);
        var claims = await store.ClaimAsync([Sha256Digest.Of("one"u8)], "ann", TimeSpan.FromMinutes(1), Cancel);
        await store.SettleAsync(claims, Cancel);
        var lease = (await store.AcquireAsync("relay", "ann", TimeSpan.FromMinutes(1), Cancel)).ShouldNotBeNull();
        (await store.MoveAsync(lease, 3, TimeSpan.FromMinutes(1), Cancel)).ShouldBeTrue();
        (await store.MoveAsync(lease, 4, TimeSpan.FromMinutes(1), Cancel)).ShouldBeTrue();
        await store.ReleaseAsync(lease, Cancel);
        (await store.KeepAsync(new RobotHeartbeat("r1", 1, 0, 0, null, null), Cancel)).ShouldBeTrue();
        (await store.KeepAsync(new RobotHeartbeat("r1", 2, 0, 0, null, null), Cancel)).ShouldBeTrue();
        (await store.ReadAsync(Cancel)).ShouldHaveSingleItem();
        (await store.EndAsync(Cancel)).ShouldBe(new LogEnd(3, null));
        (await store.ReadLeftoverAsync(Cancel)).ShouldBeNull();
        (await store.EraseBlobsAsync([Blob.Of("blob"u8.ToArray()).Hash], Cancel)).ShouldBe(1);
        (await store.ReadLeftoverAsync(Cancel)).ShouldNotBeNull("only the owner can write the table anew");
        await _database!.ExecuteAsync("vacuum full strata.blobs");
        (await store.ReadLeftoverAsync(Cancel)).ShouldBeNull();

        await RefusedAsync(As(_app, "app"), "update public.mt_events set type = 'x'");
        await RefusedAsync(As(_app, "app"), "delete from public.mt_events");
    }

    [Fact]
    public async Task With_the_rights_of_a_reader_the_log_is_read_and_nothing_is_written()
    {
        await using var store = await PostgresStoreUnderTest.OpenAsync(_database!.ConnectionString, new PostgresEventStoreOptions());
        await store.AppendAsync(new Append("one", [new("a", 0, [Event])], [], []), Cancel);

        await using (var connection = new NpgsqlConnection(As(_reader, "reader")))
        {
            await connection.OpenAsync(Cancel);
            (await connection.RowsAsync("select e.type, s.version from mt_events e join mt_streams s on s.id = e.stream_id")).ShouldBe(["rule_suppressed|1"]);
        }

        await RefusedAsync(As(_reader, "reader"), "insert into mt_streams (id, version) values ('b', 1)");
        await RefusedAsync(As(_reader, "reader"), "select nextval('mt_events_sequence')");
        await RefusedAsync(As(_reader, "reader"), "insert into mt_event_progression (name) values ('x')");
    }

    [Fact]
    public async Task A_user_without_rights_is_told_which_one_is_missing()
    {
        var failure = await Should.ThrowAsync<LogStorageException>(PostgresStoreUnderTest.OpenAsync(As(_reader, "reader"), new PostgresEventStoreOptions()));
        failure.Message.ShouldContain("permission denied for schema strata");
        failure.Message.ShouldContain("Grant this right to the user");
    }

    private static async Task RefusedAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Cancel);
        (await Should.ThrowAsync<PostgresException>(() => connection.ExecuteAsync(sql))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    private string As(string user, string password) => new NpgsqlConnectionStringBuilder(_database!.ConnectionString) { Username = user, Password = password }.ConnectionString;

    [GeneratedRegex(@"```sql grants\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Grants();
}
