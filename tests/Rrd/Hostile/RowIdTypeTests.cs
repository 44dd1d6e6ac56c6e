using Strata.Arrow;

namespace Strata.Rrd.Tests.Hostile;

/// <summary>A decimal of 128 bits has the width of a row id and is none: a chunk that took it could not be written again.</summary>
public class RowIdTypeTests
{
    private static readonly Decimal128Array Decimals = new(new ArrayData(new Decimal128Type(16, 0), 1, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(new byte[Tuid.Size])]));

    [Fact]
    public void Row_ids_that_are_decimals_are_refused()
    {
        var batch = BombMessages.Batch("/arm", 1, [(BombMessages.Field("rerun.controls.RowId", Decimals.DataType, "control"), Decimals)], withRowIds: false);

        var refused = Should.Throw<RrdFormatException>(() => ChunkBatch.Read(batch));

        refused.Message.ShouldContain("row ids as FixedSizeBinary(16) without nulls");
        refused.Message.ShouldContain("Decimal128(16, 0)");
    }

    [Fact]
    public void A_chunk_takes_no_decimals_as_row_ids() =>
        Should.Throw<ArgumentException>(() => new Chunk(new Tuid(1, 1), EntityPath.Parse("/arm"), Decimals, [], [])).Message.ShouldContain("Decimal128(16, 0)");
}
