using System.Buffers.Binary;
using System.Security.Cryptography;
using SQLitePCL;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.Running;

/// <summary>SHA-256 of each table, row by row in key order, by type and bytes: equal digests are equal tables, also of two installations.</summary>
internal static class ReadModelDigests
{
    public static SortedDictionary<string, string> Of(Projection projection, SqliteDatabase database, CancellationToken cancellationToken)
    {
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in projection.Tables)
        {
            cancellationToken.ThrowIfCancellationRequested();
            digests.Add(table.Name, Of(database, table));
        }

        return digests;
    }

    private static string Of(SqliteDatabase database, TableDefinition table)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[1 + sizeof(long)];
        var rows = database.Prepare($"SELECT * FROM {table.Name} ORDER BY {string.Join(", ", table.Key)}");
        while (rows.Step())
        {
            for (var column = 0; column < rows.ColumnCount; column++)
            {
                var type = rows.Type(column);
                head[0] = (byte)type;
                BinaryPrimitives.WriteInt64LittleEndian(head[1..], type switch
                {
                    raw.SQLITE_INTEGER => rows.Int64(column),
                    raw.SQLITE_FLOAT => BitConverter.DoubleToInt64Bits(rows.Double(column)),
                    _ => rows.Bytes(column).Length,
                });
                hash.AppendData(head);
                if (type is raw.SQLITE_TEXT or raw.SQLITE_BLOB)
                {
                    hash.AppendData(rows.Bytes(column));
                }
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
