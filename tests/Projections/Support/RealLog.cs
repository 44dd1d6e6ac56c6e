using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.EventStore;
using Strata.EventStore.Sqlite;

namespace Strata.Projections.Tests.Support;

/// <summary>The embedded log in a data directory of its own, for what several processes do with it.</summary>
internal sealed class RealLog : IAsyncDisposable
{
    private const int EventsPerAppend = 2_000;

    private int _commands;

    private RealLog(string folder, SqliteEventStore store) => (Folder, Store) = (folder, store);

    public string Folder { get; }

    public SqliteEventStore Store { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RealLog> CreateAsync()
    {
        var folder = Directory.CreateTempSubdirectory("strata-processes-").FullName;
        return new(folder, await SqliteEventStore.OpenAsync(folder, TimeProvider.System, NullLogger.Instance, Cancel));
    }

    /// <summary>All that a story told.</summary>
    public async Task AppendAsync(FakeLog told)
    {
        foreach (var recorded in told.Events)
        {
            var blobs = FoldedBlob.Of(recorded.Event) is { } hash ? await told.ReadBlobsAsync([hash], Cancel) : new Dictionary<Sha256Digest, ReadOnlyMemory<byte>>();
            await AppendAsync(new StreamAppend(recorded.StreamId, StreamAppend.AnyVersion, [recorded.Event]), [.. blobs.Select(b => new Blob(b.Key, b.Value))]);
        }
    }

    /// <summary>Small events, as many as asked.</summary>
    public async Task AppendManyAsync(DatasetId dataset, int count)
    {
        for (var i = 0; i < count; i += EventsPerAppend)
        {
            var events = Enumerable.Range(i, EventsPerAppend).Select(n => (StrataEvent)new RegistrationFinished($"r{n}", dataset, [], Story.Person));
            await AppendAsync(new StreamAppend(StreamIds.Registration($"many {i}"), StreamAppend.AnyVersion, [.. events]));
        }
    }

    public Task<long> RenameAsync(DatasetId dataset, string name) =>
        AppendAsync(new StreamAppend(StreamIds.Dataset(dataset), StreamAppend.AnyVersion, [new DatasetRenamed(dataset, name, Story.Person)]));

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<long> AppendAsync(StreamAppend stream, params Blob[] blobs) =>
        (await Store.AppendAsync(new Append($"command {_commands++}", [stream], [], [.. blobs]), Cancel)).ShouldBeOfType<AppendResult.Appended>().LastPosition;
}
