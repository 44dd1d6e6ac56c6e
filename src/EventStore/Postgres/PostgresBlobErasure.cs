using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Strata.Contracts;

namespace Strata.EventStore.Postgres;

/// <summary>Deletes blobs, and has PostgreSQL clear the room that they took. Copies of its WAL and backups are their owner's.</summary>
internal sealed class PostgresBlobErasure(PostgresConnections connections, ILogger logger)
{
    public async Task<int> RunAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken)
    {
        var connection = await connections.OpenLoneAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        try
        {
            var delete = new NpgsqlCommand("delete from strata.blobs where hash = any ($1)", connection)
            {
                Parameters = { Parameters.Array(NpgsqlDbType.Bytea, hashes.Select(h => h.ToBytes()).ToArray()) },
            };
            await using var __ = delete.ConfigureAwait(false);
            var erased = await delete.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            await VacuumAsync(connection, cancellationToken).ConfigureAwait(false);
            return erased;
        }
        catch (Exception failure) when (PostgresFailures.ExplainRead(failure, connections.Log) is var explained && explained != failure)
        {
            throw explained;
        }
    }

    /// <summary>Only the table's owner may; for others autovacuum does it in its own time.</summary>
    private async Task VacuumAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var vacuum = new NpgsqlCommand("vacuum strata.blobs", connection) { CommandTimeout = 0 };
        await using var _ = vacuum.ConfigureAwait(false);
        try
        {
            await vacuum.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException refused)
        {
            logger.LogWarning("{Log}: the room of erased blobs is cleared by autovacuum, not now: {Reason}", connections.Log, refused.MessageText);
        }
    }
}
