using System.Globalization;
using System.Text;
using SQLitePCL;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.Running;

/// <summary>Compares two generations table by table, row by row in key order, and column by column, by type and bytes.</summary>
internal static class GenerationComparison
{
    /// <summary>A report is read by a person; beyond this the generations are simply different.</summary>
    private const int MaxDifferences = 10_000;

    private const int CancellationStride = 4_096;

    /// <summary>Named as the table of a difference that is none of a table's.</summary>
    public const string WholeFile = "(file)";

    public static IReadOnlyList<RebuildDifference> Compare(Projection projection, SqliteDatabase live, SqliteDatabase replayed, CancellationToken cancellationToken)
    {
        var differences = new List<RebuildDifference>();
        live.MapFile(true);
        var (liveVersions, replayedVersions) = (GenerationVersions.Read(live), GenerationVersions.Read(replayed));
        if (liveVersions != replayedVersions)
        {
            // Tables of other folds have other values by design, of another layout other columns: there is nothing to compare.
            return liveVersions.Layout != replayedVersions.Layout
                ? [VersionDifference("layout_version", liveVersions.Layout, replayedVersions.Layout)]
                : [VersionDifference("fold_version", liveVersions.Fold, replayedVersions.Fold)];
        }

        if (IntegrityFault(live) is { } fault)
        {
            differences.Add(new(WholeFile, System.IO.Path.GetFileName(live.Path), null, fault, null));
        }

        Compare(Checkpoint.Table, live, replayed, differences, cancellationToken);
        foreach (var table in projection.Tables)
        {
            Compare(table, live, replayed, differences, cancellationToken);
        }

        return differences;
    }

    /// <summary>An index that contradicts its table answers wrongly while every row of the table is right.</summary>
    private static string? IntegrityFault(SqliteDatabase live)
    {
        var check = live.Prepare("PRAGMA integrity_check(1)");
        var found = check.Step() ? check.Text(0) : null;
        check.Reset();
        return found is null or "ok" ? null : found;
    }

    private static RebuildDifference VersionDifference(string column, long live, long replayed) =>
        new(Checkpoint.Table.Name, "id 1", column, live.ToString(CultureInfo.InvariantCulture), replayed.ToString(CultureInfo.InvariantCulture));

    private static void Compare(
        TableDefinition table, SqliteDatabase liveFile, SqliteDatabase replayedFile, List<RebuildDifference> differences, CancellationToken cancellationToken)
    {
        var columns = ColumnNames(replayedFile, table.Name);
        var keys = table.Key.Select(key => columns.IndexOf(key)).ToArray();
        var sql = $"SELECT {string.Join(", ", columns)} FROM {table.Name} ORDER BY {string.Join(", ", table.Key)}";
        var (live, replayed) = (liveFile.Prepare(sql), replayedFile.Prepare(sql));
        var (hasLive, hasReplayed) = (live.Step(), replayed.Step());
        for (var row = 0; (hasLive || hasReplayed) && differences.Count < MaxDifferences; row++)
        {
            if (row % CancellationStride == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var order = !hasLive ? 1 : !hasReplayed ? -1 : CompareKeys(live, replayed, keys);
            if (order < 0)
            {
                differences.Add(new(table.Name, Key(live, columns, keys), null, Row(live), null));
                hasLive = live.Step();
            }
            else if (order > 0)
            {
                differences.Add(new(table.Name, Key(replayed, columns, keys), null, null, Row(replayed)));
                hasReplayed = replayed.Step();
            }
            else
            {
                for (var column = 0; column < columns.Count; column++)
                {
                    if (!SameValue(live, replayed, column))
                    {
                        differences.Add(new(table.Name, Key(live, columns, keys), columns[column], Show(live, column), Show(replayed, column)));
                    }
                }

                (hasLive, hasReplayed) = (live.Step(), replayed.Step());
            }
        }

        live.Reset();
        replayed.Reset();
    }

    private static List<string> ColumnNames(SqliteDatabase database, string table)
    {
        var rows = database.Prepare($"SELECT name FROM pragma_table_info('{table}') ORDER BY cid");
        var names = new List<string>();
        while (rows.Step())
        {
            names.Add(rows.Text(0));
        }

        return names;
    }

    private static bool SameValue(Statement live, Statement replayed, int column)
    {
        var type = live.Type(column);
        return type == replayed.Type(column) && type switch
        {
            raw.SQLITE_NULL => true,
            raw.SQLITE_INTEGER => live.Int64(column) == replayed.Int64(column),
            raw.SQLITE_FLOAT => live.Double(column).Equals(replayed.Double(column)),
            _ => live.Bytes(column).SequenceEqual(replayed.Bytes(column)),
        };
    }

    /// <summary>SQLite's own order: numbers before texts before blobs; all keys here are integers and blobs.</summary>
    private static int CompareKeys(Statement live, Statement replayed, int[] keys)
    {
        foreach (var key in keys)
        {
            var order = live.Type(key) != replayed.Type(key)
                ? live.Type(key).CompareTo(replayed.Type(key))
                : live.Type(key) == raw.SQLITE_INTEGER ? live.Int64(key).CompareTo(replayed.Int64(key)) : live.Bytes(key).SequenceCompareTo(replayed.Bytes(key));
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private static string Key(Statement row, List<string> columns, int[] keys) => string.Join(", ", keys.Select(key => $"{columns[key]} {Show(row, key)}"));

    private static string Row(Statement row) => string.Join(" | ", Enumerable.Range(0, row.ColumnCount).Select(column => Show(row, column)));

    private static string Show(Statement row, int column) => row.Type(column) switch
    {
        raw.SQLITE_NULL => "null",
        raw.SQLITE_INTEGER => row.Int64(column).ToString(CultureInfo.InvariantCulture),
        raw.SQLITE_FLOAT => row.Double(column).ToString("R", CultureInfo.InvariantCulture),
        raw.SQLITE_TEXT => Encoding.UTF8.GetString(row.Bytes(column)),
        _ => Convert.ToHexStringLower(row.Bytes(column)),
    };
}
