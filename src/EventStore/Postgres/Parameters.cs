using Npgsql;
using NpgsqlTypes;

namespace Strata.EventStore.Postgres;

/// <summary>Parameters that several statements have.</summary>
internal static class Parameters
{
    /// <summary>NULL in production: the statement takes the database's clock.</summary>
    public static NpgsqlParameter Now(PostgresEventStoreOptions options) => new() { NpgsqlDbType = NpgsqlDbType.Bigint, Value = (object?)options.NowNs ?? DBNull.Value };

    /// <summary>In nanoseconds; longer ones than those can tell last for ever.</summary>
    public static NpgsqlParameter Duration(TimeSpan duration) => new() { NpgsqlDbType = NpgsqlDbType.Bigint, Value = UnixTime.After(0, duration) };

    public static NpgsqlParameter Array(NpgsqlDbType type, Array values) => new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = values };
}
