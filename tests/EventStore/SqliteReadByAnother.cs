using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.EventStore.Sqlite;

namespace Strata.EventStore.Tests;

/// <summary>Who only reads a log that others write: it sees all that they append, and is in nobody's way.</summary>
public sealed class SqliteReadByAnother : IDisposable
{
    private const int Patience = 30_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-reading-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = Patience)]
    public async Task What_another_one_appends_ends_the_wait_and_is_read_over_its_restarts()
    {
        await (await OpenAsync()).DisposeAsync();
        await using var reading = await SqliteLogReading.OpenAsync(_folder, Cancel);
        for (var position = 1; position <= 3; position++)
        {
            var waiting = reading.WaitForEventsAsync(position - 1, Cancel);
            await using (var store = await OpenAsync())
            {
                await store.AppendAsync(Named($"{position}"), Cancel);
                await waiting;
            }

            (await reading.ReadAsync(position - 1, 10, Cancel)).Events.Select(e => e.CommandId).ShouldBe([$"{position}"]);
            (await reading.HeadAsync(Cancel)).ShouldBe(position);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task While_it_waits_the_bytes_of_erased_blobs_leave_the_files()
    {
        var secret = Blob.Of("what nobody may see any more"u8.ToArray());
        await using var store = await OpenAsync();
        await store.AppendAsync(new Append("1", [], [], [secret]), Cancel);
        await using var reading = await SqliteLogReading.OpenAsync(_folder, Cancel);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var waiting = reading.WaitForEventsAsync(0, enough.Token);

        (await store.EraseBlobsAsync([secret.Hash], Cancel)).ShouldBe(1);

        foreach (var file in Directory.GetFiles(_folder, "log.db*"))
        {
            await using var bytes = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[bytes.Length];
            await bytes.ReadExactlyAsync(content, Cancel);
            content.AsSpan().IndexOf(secret.Content.Span).ShouldBe(-1, file);
        }

        await enough.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Without_a_log_it_makes_none()
    {
        (await Should.ThrowAsync<LogStorageException>(() => SqliteLogReading.OpenAsync(_folder, Cancel))).Message.ShouldContain(Path.Combine(_folder, "log.db"));
        Directory.GetFiles(_folder).ShouldBeEmpty();
    }

    private Task<SqliteEventStore> OpenAsync() => SqliteEventStore.OpenAsync(_folder, TimeProvider.System, NullLogger.Instance, Cancel);

    private static Append Named(string command) => new(command, [new($"stream {command}", 0, [new DatasetCreated(DatasetId.Parse("0123456789abcdef0123456789abcdef"), "arm", KeepMode.Copy)])], [], []);
}
