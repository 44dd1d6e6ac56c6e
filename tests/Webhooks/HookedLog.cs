using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.EventStore.Sqlite;

namespace Strata.Webhooks.Tests;

/// <summary>A real log in a folder of its own, and hooks that follow it.</summary>
internal sealed class HookedLog : IAsyncDisposable, ILogger<WebhookService>
{
    private static readonly DatasetId Dataset = DatasetId.Parse("0123456789abcdef0123456789abcdef");

    private readonly DirectoryInfo _folder;
    private readonly HurriedTime _time = new();
    private readonly SqliteEventStore _store;
    private int _appends;

    private HookedLog(DirectoryInfo folder, SqliteEventStore store) => (_folder, _store) = (folder, store);

    public IEventStore Store => _store;

    public SqliteEventStore States => _store;

    public ConcurrentQueue<string> Said { get; } = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<HookedLog> OpenAsync()
    {
        var folder = Directory.CreateTempSubdirectory("strata-webhooks-");
        var log = new HookedLog(folder, await SqliteEventStore.OpenAsync(folder.FullName, TimeProvider.System, NullLogger.Instance, Cancel));
        await log.AppendAsync(StreamIds.Dataset(Dataset), [], new DatasetCreated(Dataset, "arm", KeepMode.Copy));
        return log;
    }

    public static Webhook HookOf(Receiver receiver, string name = "hook", params string[] topics) => new(
        name, receiver.Url, WebhookSignature.ParseSecret(Receiver.Secret)!.Value, (topics.Length == 0 ? WebhookTopics.All : topics).ToHashSet());

    public Task<RunningHooks> FollowAsync(IRobotSilence? silence, params Webhook[] hooks) => FollowAsync("a process", silence, hooks);

    /// <summary>Ends when each hook has its place in the log: what is appended afterwards is told.</summary>
    public async Task<RunningHooks> FollowAsync(string owner, IRobotSilence? silence, params Webhook[] hooks)
    {
        var sender = new WebhookSender(_time);
        var service = new WebhookService(hooks, new WebhookPorts(_store, _store, _store, owner) { Silence = silence }, sender, _time, this);
        await service.StartAsync(Cancel);
        foreach (var hook in hooks)
        {
            while (await StateAsync(hook.Name) is null)
            {
                await Task.Delay(1, Cancel);
            }
        }

        return new(service, sender);
    }

    public Task<WebhookState?> StateAsync(string hook = "hook") => WebhookState.ReadAsync(_store, hook, Cancel);

    /// <returns>Its position.</returns>
    public Task<long> QuarantineAsync(string file)
    {
        var id = Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(file));
        return AppendAsync(StreamIds.Quarantine(id), [], new RecordingQuarantined(id, Dataset, $"file:///{file}", "base", null, 7, "truncated", "expected a footer, found the end", 5, new EventSource("robot", "r2")));
    }

    public Task<long> LayerAsync(string segment, bool? good)
    {
        var column = ListArray.OfUniformLength(BooleanArray.FromNullable([good]), 1);
        return LayerAsync(segment, new RecordBatch(new Schema([new Field("property:quality:tracking_good", column.DataType, nullable: true)]), [column], 1));
    }

    /// <summary>As the deriver of verdicts writes it.</summary>
    public Task<long> VerdictAsync(string segment, string verdict, bool? good)
    {
        IArrowArray[] columns = [.. new IArrowArray[] { BooleanArray.FromNullable([good]), StringArray.From("why"), StringArray.From(verdict) }.Select(values => ListArray.OfUniformLength(values, 1))];
        string[] names = ["good", "reason", "verdict"];
        return LayerAsync(segment, new RecordBatch(new Schema(names.Zip(columns).Select(c => new Field($"property:my_verdict:{c.First}", c.Second.DataType, nullable: true))), columns, 1));
    }

    private Task<long> LayerAsync(string segment, RecordBatch batch)
    {
        var properties = Blob.Of(batch.ToIpcStream());
        var none = Sha256Digest.Of([]);
        return AppendAsync(StreamIds.Segment(Dataset, segment), [properties], new LayerRegistered(
            Dataset, segment, "quality", "rrd", "app", "strata:///q", new(KeepMode.Copy, "q", null, null), 1, 1, none, none, 1, none, none, properties.Hash, none, [], new("rule", "quality"), null, LayerOrigin.Derived, null));
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Said.Enqueue($"{logLevel}: {formatter(state, exception)}");

    private async Task<long> AppendAsync(string stream, Blob[] blobs, StrataEvent @event) =>
        ((AppendResult.Appended)await _store.AppendAsync(new Append($"append {++_appends}", [new(stream, StreamAppend.AnyVersion, [@event])], [], [.. blobs]), Cancel)).LastPosition;
}

internal sealed class RunningHooks(WebhookService service, WebhookSender sender) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await service.StopAsync(CancellationToken.None);
        service.Dispose();
        sender.Dispose();
    }
}
