using Microsoft.Extensions.Logging;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Read, decide, append; anew with fresh state when somebody else was faster.</summary>
/// <param name="ownership">Of the store whose files appends name; null: whoever opened the store knows.</param>
internal sealed class OptimisticAppend(IEventStore store, ILogger logger, StoreOwnership? ownership = null)
{
    /// <summary>Each lost round means that another writer got through, so this many are lost only where dozens fight over one stream.</summary>
    private const int MaxAttempts = 64;

    public IEventStore Store => store;

    /// <param name="attempt">Reads fresh state and decides; answers null when its append lost and it is to be asked again.</param>
    /// <exception cref="CommandRefusedException">Others were faster every time.</exception>
    public static async Task<TAnswer> RunAsync<TAnswer>(string what, Func<CancellationToken, Task<TAnswer?>> attempt, CancellationToken cancellationToken)
        where TAnswer : class
    {
        for (var k = 1; k <= MaxAttempts; k++)
        {
            if (await attempt(cancellationToken) is { } answer)
            {
                return answer;
            }
        }

        throw new CommandRefusedException(
            RefusalKind.Contended,
            $"{what}: other writers changed the same streams {MaxAttempts} times in a row; nothing was appended, the same command may be sent again");
    }

    /// <returns>Appended or known (the command was appended before); null when the state that was decided upon is not current any more.</returns>
    /// <exception cref="Recordings.RecordingStorageException">The events name files of a store that is not this log's any more. Nothing was appended.</exception>
    public async Task<AppendResult?> TryAppendAsync(Append append, CancellationToken cancellationToken)
    {
        using var activity = StrataTracing.Start(SpanNames.Append);
        var result = await store.AppendAsync(SpeaksOfCopies(append) && ownership?.Guard is { } guard ? append with { Guards = append.Guards.Add(guard) } : append, cancellationToken);
        activity?.SetTag("strata.result", result.GetType().Name);
        switch (result)
        {
            case AppendResult.VersionConflict conflict:
                logger.LogDebug("stream {Stream} is at version {Actual}, {Expected} was decided upon; deciding anew", conflict.StreamId, conflict.Actual, conflict.Expected);
                return null;
            case AppendResult.GuardRefused { Guard: Guard.RequireState }:
                await ownership!.RequireAgainAsync(cancellationToken);
                return null;
            case AppendResult.GuardRefused refused:
                logger.LogDebug("guard {Guard} met {Found}; deciding anew", refused.Guard, refused.Found);
                return null;
            case AppendResult.Appended appended:
                activity?.SetTag("strata.position", appended.LastPosition);
                RegistrarMeasures.CountAppended(append);
                return result;
            default:
                return result;
        }
    }

    /// <summary>Whether it names a file of the store, or says of one what would not be so in another store: that it is missing.</summary>
    private static bool SpeaksOfCopies(Append append) =>
        append.Streams.Any(s => s.Events.Any(e => e is LayerRegistered { Kept.Mode: KeepMode.Copy } or RecordingQuarantined { Kept.Mode: KeepMode.Copy } or DerivationFailed));
}
