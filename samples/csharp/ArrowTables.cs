using Strata.Arrow;

namespace RecordingSamples;

public static class ArrowTables
{
    /// <summary>An Arrow IPC stream, as pyarrow, polars or DuckDB read it.</summary>
    public static byte[] Write()
    {
        var schema = new Schema([new Field("name", StringType.Default, nullable: false), new Field("angle", DoubleType.Default, nullable: true)]);
        return new RecordBatch(schema, [StringArray.From("elbow", "wrist"), DoubleArray.FromNullable([0.5, null])], length: 2).ToIpcStream();
    }

    /// <exception cref="ArrowFormatException">These bytes are no such stream: it says where, what was expected and what was found.</exception>
    public static double? AngleOf(ReadOnlyMemory<byte> stream, string name)
    {
        var batch = RecordBatch.FromIpcStream(stream);
        var (names, angles) = ((StringArray)batch.Column("name"), (DoubleArray)batch.Column("angle"));
        for (var row = 0; row < batch.Length; row++)
        {
            if (names.GetString(row) == name)
            {
                return angles.GetValue(row);
            }
        }

        return null;
    }
}
