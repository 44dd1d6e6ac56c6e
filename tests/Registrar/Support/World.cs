using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.EventStore;
using Strata.EventStore.Sqlite;
using Strata.Recordings;
using Strata.TestSupport;

namespace Strata.Registrar.Tests;

/// <summary>A registrar over a SQLite log and a folder, both of one test.</summary>
internal sealed class World : IAsyncDisposable
{
    public static readonly EventSource Someone = new("cli", "ada");

    private readonly TestFolder _folder = new();

    private World(SqliteEventStore events)
    {
        Events = events;
        Store = new LocalRecordingStore(new(_folder.Path("data"), [], null));
        Registrar = NewRegistrar();
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public SqliteEventStore Events { get; }

    public LocalRecordingStore Store { get; }

    public CatalogRegistrar Registrar { get; }

    public TestFolder Folder => _folder;

    public static async Task<World> OpenAsync()
    {
        var folder = Directory.CreateTempSubdirectory("strata-log-").FullName;
        return new World(await SqliteEventStore.OpenAsync(folder, TimeProvider.System, NullLogger.Instance, Token));
    }

    public CatalogRegistrar NewRegistrar(IEventStore? events = null, IRecordingStore? store = null, StoreOwnership? ownership = null) =>
        new(events ?? Events, store ?? Store, new RecordingInspector(), NullLogger<CatalogRegistrar>.Instance, new RecordingUploads(Store, new()), ownership: ownership);

    public RecordingRequest File(string name, byte[] content)
    {
        var path = _folder.Write(name, content);
        return new(path, $"file://{path}");
    }

    public static RecordingRequest At(string path) => new(path, $"file://{path}");

    public Task<RegisterOutcome> RegisterAsync(params RecordingRequest[] sources) => RegisterAsync(OnDuplicate.Known, sources);

    public Task<RegisterOutcome> RegisterAsync(OnDuplicate onDuplicate, params RecordingRequest[] sources) => Registrar.RegisterAsync(Command(onDuplicate, sources), null, Token);

    public static RegisterRecordings Command(OnDuplicate onDuplicate, params RecordingRequest[] sources) =>
        new("robots", "base", [.. sources], onDuplicate, null, [], Someone, null);

    /// <summary>A dataset as the SDK finds it, of any kind.</summary>
    public async Task<DatasetId> CreateAsync(DatasetKind kind = DatasetKind.Recording)
    {
        var id = DatasetId.New();
        await Events.AppendAsync(
            new(
                Guid.NewGuid().ToString("N"),
                [new(StreamIds.Dataset(id), 0, [new DatasetCreated(id, $"{kind}", KeepMode.Auto) { Kind = kind }])],
                [new Guard.Claim(GuardScopes.EntryName, $"{kind}", id.Value), new Guard.Put(GuardScopes.Dataset, id.Value, $"{kind}")],
                []),
            Token);
        return id;
    }

    /// <summary>A call as the SDK makes it.</summary>
    public static RegisterRecordings Call(DatasetId dataset, OnDuplicate onDuplicate, params RecordingRequest[] sources) => Command(onDuplicate, sources) with
    {
        Dataset = "",
        ById = dataset,
        RefuseWholeCall = RefuseWholeCall.ForSources,
        RegistrationId = Guid.NewGuid().ToString("N"),
    };

    public Task<RegisterOutcome> CallAsync(DatasetId dataset, OnDuplicate onDuplicate, params RecordingRequest[] sources) =>
        Registrar.RegisterAsync(Call(dataset, onDuplicate, sources), null, Token);

    public async Task<IReadOnlyList<RecordedEvent>> LogAsync() => (await Events.ReadAsync(0, 100_000, Token)).Events;

    public async Task<IReadOnlyList<T>> EventsAsync<T>()
        where T : StrataEvent => [.. (await LogAsync()).Select(e => e.Event).OfType<T>()];

    public async ValueTask DisposeAsync()
    {
        await Events.DisposeAsync();
        Directory.Delete(System.IO.Path.GetDirectoryName(Events.Path)!, recursive: true);
        _folder.Dispose();
    }
}
