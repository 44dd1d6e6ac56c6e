using System.Globalization;

namespace Strata.Projections.Storage;

/// <summary>
/// The highest lease token that ever wrote to a generation. Who comes with a lower one was replaced while it stood still, and is refused in the transaction of its write.
/// Beside the tables that are compared: a replay has another.
/// </summary>
internal static class Fence
{
    public const string Ddl = "CREATE TABLE fence (id INTEGER PRIMARY KEY CHECK (id = 1), token INTEGER NOT NULL); INSERT INTO fence VALUES (1, 0)";

    /// <summary>Inside a write transaction: nobody else can pass between this and the commit.</summary>
    /// <exception cref="FencedOffException">A later holder of the lease has written.</exception>
    public static void Pass(SqliteDatabase database, long token)
    {
        var highest = Read(database);
        if (highest > token)
        {
            throw new FencedOffException(string.Create(
                CultureInfo.InvariantCulture, $"{database.Path}: token {token} of the lease is refused, a later holder with token {highest} writes here"));
        }

        if (highest < token)
        {
            database.Prepare("UPDATE fence SET token = ?1").Bind(1, token).Run();
        }
    }

    public static long Read(SqliteDatabase database) => database.ReadInt64("SELECT token FROM fence");
}

/// <summary>Somebody else folds these tables now: whoever gets this must not write any more.</summary>
internal sealed class FencedOffException(string message) : Exception(message);
