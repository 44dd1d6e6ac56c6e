using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.EventStore;
using Strata.EventStore.Postgres;
using Strata.EventStore.Sqlite;

// Appends without end to the log in the folder (or the PostgreSQL database) of its first argument, from several writers, and prints each command id once its append is
// acknowledged. A test kills it at any moment and looks whether the log holds what was printed.
const int Writers = 4;
const int EventsEach = 7;
var dataset = DatasetId.New();
IEventStore store = args[0].Contains('=', StringComparison.Ordinal)
    ? await PostgresEventStore.OpenAsync(args[0], new PostgresEventStoreOptions(), NullLogger.Instance, CancellationToken.None)
    : await SqliteEventStore.OpenAsync(args[0], TimeProvider.System, NullLogger.Instance, CancellationToken.None);
var printing = new Lock();
await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(AppendAsync)));

async Task AppendAsync()
{
    while (true)
    {
        var command = Guid.NewGuid().ToString("N");
        var events = Enumerable.Range(0, EventsEach).Select(i => new StreamAppend($"segment-{command}-{i}", 0, [new RuleResumed(dataset, "rule", $"{command}-{i}")]));
        var result = await store.AppendAsync(
            new Append(command, [.. events], [new Guard.Put("commands", command, "done")], [Blob.Of(Convert.FromHexString(command))]), CancellationToken.None);
        lock (printing)
        {
            Console.Out.WriteLine($"{command} {((AppendResult.Appended)result).LastPosition}");
            Console.Out.Flush();
        }
    }
}
