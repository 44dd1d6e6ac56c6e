using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.EventStore;
using Strata.EventStore.Sqlite;

namespace Strata.Bench;

/// <summary>Durable appends to the SQLite log (WAL, synchronous=FULL), one after another: one stream an event, three blobs a layer.</summary>
[MemoryDiagnoser]
public class AppendBenchmarks : IDisposable
{
    private string _folder = "";
    private SqliteEventStore? _store;
    private int _next;

    [Params(1, 10, 100, 1_000)]
    public int EventsPerAppend { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _folder = Directory.CreateTempSubdirectory("strata-bench-").FullName;
        _store = SqliteEventStore.OpenAsync(_folder, TimeProvider.System, NullLogger.Instance, CancellationToken.None).GetAwaiter().GetResult();
    }

    [Benchmark]
    public async Task<long> Append_layers()
    {
        var first = _next;
        _next += EventsPerAppend;
        var result = await _store!.AppendAsync(SyntheticEvents.Append($"append-{first}", first, EventsPerAppend, SyntheticEvents.BaseOnly), CancellationToken.None);
        return result is AppendResult.Appended appended ? appended.LastPosition : throw new InvalidOperationException($"the append was refused: {result}");
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _store?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (_folder.Length > 0)
        {
            Directory.Delete(_folder, recursive: true);
        }

        GC.SuppressFinalize(this);
    }
}
