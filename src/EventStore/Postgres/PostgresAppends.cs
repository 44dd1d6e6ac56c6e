using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;
using Polly.Retry;

namespace Strata.EventStore.Postgres;

/// <summary>
/// The writing half of the log. An append is one call in a transaction of its own. Where its connection broke after it was sent, nobody knows whether it was kept: the same
/// command is asked again, which the database answers from its command ids. It waits there for a first attempt that is still running.
/// </summary>
internal sealed class PostgresAppends(PostgresConnections connections, PostgresEventStoreOptions options, Action<bool> ended, ILogger logger)
{
    private const string VersionConflict = "ST001";
    private const string GuardRefused = "ST002";

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(failure => PostgresFailures.IsContention(failure) || PostgresFailures.IsBroken(failure)),
            MaxRetryAttempts = options.Attempts,
            Delay = FirstPause,
            MaxDelay = LongestPause,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            OnRetry = retry =>
            {
                logger.LogDebug("append to {Log} is asked for again: {Reason}", connections.Log, retry.Outcome.Exception!.Message);
                return default;
            },
        })
        .Build();

    public async Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var arrays = new AppendArrays(EncodedAppend.From(append));
        var call = new Call(arrays);
        try
        {
            return await _pipeline.ExecuteAsync(static async (state, token) => await state.Self.AttemptAsync(state.call, token).ConfigureAwait(false), (Self: this, call), cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException refusal) when (refusal.SqlState is VersionConflict or GuardRefused)
        {
            return ResultOf(refusal, arrays);
        }
        catch (Exception failure) when (PostgresFailures.ExplainAppend(failure, connections.Log) is var explained && explained != failure)
        {
            throw explained;
        }
    }

    private async Task<AppendResult> AttemptAsync(Call call, CancellationToken cancellationToken)
    {
        try
        {
            return await connections.RunAsync((connection, _) => SendAsync(call, connection), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (!call.WasSent && PostgresFailures.IsBroken(failure))
        {
            // Nothing went out: its caller need not wait to learn that the database is away.
            throw PostgresFailures.ExplainRead(failure, connections.Log);
        }
    }

    /// <summary>Once sent it is awaited, so that its caller learns what came of it.</summary>
    private async Task<AppendResult> SendAsync(Call call, NpgsqlConnection connection)
    {
        var command = connection.CreateCommand();
        await using var disposing = command.ConfigureAwait(false);
        call.Arrays.Bind(command, options.NowNs);
        call.WasSent = true;
        var isKept = false;
        try
        {
            var reader = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
                var (isKnown, last) = (reader.GetBoolean(0), reader.GetInt64(1));
                var positions = ImmutableArray.Create(await reader.GetFieldValueAsync<long[]>(2, CancellationToken.None).ConfigureAwait(false));
                var recordedAtNs = reader.GetInt64(3);

                // The row comes before the commit: only the end of the answer says that it was done.
                await reader.CloseAsync().ConfigureAwait(false);
                isKept = !isKnown && positions.Length > 0;
                return isKnown ? new AppendResult.Known(last, positions) : new AppendResult.Appended(last, positions, recordedAtNs);
            }
        }
        finally
        {
            ended(isKept);
        }
    }

    private static AppendResult ResultOf(PostgresException refusal, AppendArrays arrays)
    {
        using var detail = JsonDocument.Parse(refusal.Detail ?? throw new InvalidOperationException($"{refusal.SqlState} came without its detail", refusal));
        var root = detail.RootElement;
        return refusal.SqlState == VersionConflict
            ? arrays.ConflictOf(root.GetProperty("check").GetInt32(), root.GetProperty("actual").GetInt64())
            : arrays.RefusalOf(root.GetProperty("guard").GetInt32(), root.GetProperty("found").GetString());
    }

    private sealed class Call(AppendArrays arrays)
    {
        public AppendArrays Arrays { get; } = arrays;

        public bool WasSent { get; set; }
    }
}
