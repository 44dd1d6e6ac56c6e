using System.Runtime.CompilerServices;
using System.Text.Json;
using Strata.EventStore;
using Strata.Web;

namespace Strata.Cli;

/// <summary>
/// An event as the log holds it, whether this version knows its type or not: who copies a log has no need to understand it.
/// </summary>
/// <param name="DataJson">Its body.</param>
internal sealed record LogRow(long Position, Guid EventId, string Type, ReadOnlyMemory<byte> DataJson)
{
    /// <summary>Event by event, and the whole log as it is copied only from where this version does not know one.</summary>
    public static async IAsyncEnumerable<LogRow> ReadAsync(ILogStreams log, long afterPosition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var position = afterPosition;
        await using (var lines = LogLines.ReadAsync(log, afterPosition, cancellationToken).GetAsyncEnumerator(cancellationToken))
        {
            while (await TryNextAsync(lines) is { } isThere)
            {
                if (!isThere)
                {
                    yield break;
                }

                position = lines.Current.Position;
                yield return Of(lines.Current);
            }
        }

        await foreach (var record in LogLines.ReadCopyAsync(log, cancellationToken))
        {
            if (record is LogRecord.Event copied && copied.Position > position)
            {
                yield return new(copied.Position, copied.EventId, copied.Type, copied.DataJson);
            }
        }
    }

    /// <returns>False: it was the last one. Null: this version does not know the next one.</returns>
    private static async Task<bool?> TryNextAsync(IAsyncEnumerator<LogLine> lines)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (OperationException e) when (e.Code == OperationErrors.NeedsNewer)
        {
            return null;
        }
    }

    private static LogRow Of(LogLine line) => new(line.Position, line.EventId, line.Type, JsonSerializer.SerializeToUtf8Bytes(line.Event, ApiJson.Default.JsonElement));
}
