using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Strata.EventStore.Sqlite;

/// <summary>A read-only connection with its prepared statements; one thread uses it at a time.</summary>
internal sealed class ReadSession(SqliteConnection connection) : IDisposable
{
    /// <summary>The most that SQLite maps; what lies behind is read page by page.</summary>
    private const long MappedBytes = 2L * 1024 * 1024 * 1024;

    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private bool _isMapped;

    /// <summary>
    /// Reads through a mapping of the file: a page is neither fetched by a call of its own nor copied, which is a third of the cost of a walk through the log.
    /// Given up when the walk is over, since a mapping counts as this process's memory for as long as it stands. The file never shrinks under it.
    /// </summary>
    public void MapFile(bool wanted)
    {
        if (wanted != _isMapped)
        {
            // Never a statement that is kept: SQLite does this while it prepares.
            LogConnections.Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA mmap_size = {(wanted ? MappedBytes : 0)}"));
            _isMapped = wanted;
        }
    }

    public Statement Prepared(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            _statements.Add(sql, statement = new Statement(connection, sql));
        }

        return statement;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }
}
