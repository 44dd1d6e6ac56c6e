using System.Net.Sockets;
using Npgsql;

namespace Strata.EventStore.Postgres;

/// <summary>PostgreSQL's errors in words that say what to do. No word of the connection string gets into them but host, port and database.</summary>
internal static class PostgresFailures
{
    private static readonly HashSet<string> Contention = new(StringComparer.Ordinal)
    {
        PostgresErrorCodes.SerializationFailure, PostgresErrorCodes.DeadlockDetected,
    };

    private static readonly HashSet<string> NoUnicodeText = new(StringComparer.Ordinal)
    {
        PostgresErrorCodes.CharacterNotInRepertoire, PostgresErrorCodes.UntranslatableCharacter,
    };

    private static readonly HashSet<string> Ending = new(StringComparer.Ordinal)
    {
        PostgresErrorCodes.AdminShutdown, PostgresErrorCodes.CrashShutdown, PostgresErrorCodes.CannotConnectNow,
    };

    /// <summary>Two appends were in each other's way and nothing of this one was kept: it is run again.</summary>
    public static bool IsContention(Exception failure) => failure is PostgresException postgres && Contention.Contains(postgres.SqlState);

    /// <summary>The connection ended, or is to end: what was sent may have been done or not.</summary>
    public static bool IsBroken(Exception failure) => failure is PostgresException postgres ? Ending.Contains(postgres.SqlState) : failure is NpgsqlException or IOException or SocketException;

    public static Exception ExplainAppend(Exception failure, string log) => Explain(failure, log, IsBroken(failure) ? "; whether the append was kept is not known, the same command id asked again tells" : "; nothing was appended");

    public static Exception ExplainRead(Exception failure, string log) => Explain(failure, log, "");

    private static Exception Explain(Exception failure, string log, string outcome) => failure switch
    {
        LogStorageException or OperationCanceledException or ObjectDisposedException => failure,
        PostgresException text when NoUnicodeText.Contains(text.SqlState) => new ArgumentException($"{log}: a text holds a NUL character or no Unicode, which PostgreSQL cannot keep{outcome}", failure),
        PostgresException postgres => new LogStorageException($"{log}: {Words(postgres, outcome)}", failure) { IsFull = postgres.SqlState is PostgresErrorCodes.DiskFull, DiskOf = "the database's server", IsAway = IsBroken(postgres) },
        // The driver itself refuses: it was asked for a password and has none, or does not trust the certificate. Waiting mends neither.
        NpgsqlException { IsTransient: false } =>
            new LogStorageException($"{log}: there is no way to talk with the database ({Reason(failure)}){outcome}. See what the connection string says of user, password and TLS", failure),
        NpgsqlException or IOException or SocketException or TimeoutException =>
            new LogStorageException($"{log}: the database does not answer ({Reason(failure)}){outcome}. See that PostgreSQL runs and can be reached from here; what waits goes on by itself when it does", failure) { IsAway = true },
        _ => failure,
    };

    private static string Reason(Exception failure)
    {
        while (failure.InnerException is { } inner)
        {
            failure = inner;
        }

        return failure.Message.TrimEnd('.');
    }

    private static string Words(PostgresException failure, string outcome) => failure.SqlState switch
    {
        PostgresErrorCodes.DiskFull => $"no room for more: the server's disk is full{outcome}. Free some room, then try again",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"the server refused the user ({failure.MessageText}); name a user and a password that may connect in the connection string",
        PostgresErrorCodes.InvalidCatalogName => "there is no such database; create it (createdb), or name another one in the connection string",
        PostgresErrorCodes.InsufficientPrivilege => $"{failure.MessageText}{outcome}. Grant this right to the user, or connect as the owner of the tables",
        PostgresErrorCodes.TooManyConnections => $"the server has no connection left{outcome}. Raise its max_connections, or let fewer programs connect",
        PostgresErrorCodes.ReadOnlySqlTransaction => $"the server takes no writes (a standby?){outcome}. Name the primary in the connection string",
        _ => $"{failure.MessageText} (SQLSTATE {failure.SqlState}){outcome}",
    };
}
