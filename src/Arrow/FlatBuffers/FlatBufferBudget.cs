namespace Strata.Arrow.FlatBuffers;

/// <summary>
/// What one message may cost. Counts visits and not distinct tables: tables and strings can be shared, so that a small message unfolds into a huge schema. Honest writers share nothing,
/// hence both budgets follow the message's size. Source: rrd-format §11.
/// </summary>
internal sealed class FlatBufferBudget(int messageBytes)
{
    private readonly int _maxTables = Math.Min(ArrowLimits.MaxFlatBufferTables, ArrowLimits.FreeFlatBufferTables + messageBytes / ArrowLimits.BytesPerFlatBufferTable);
    private readonly long _maxTextBytes = ArrowLimits.MaxTextSharing * (long)messageBytes;
    private int _tables;
    private long _textBytes;

    public void Visit(long offset, int depth)
    {
        if (++_tables > _maxTables)
            throw new ArrowFormatException(offset, $"at most {_maxTables} FlatBuffers tables in this message", "more");
        if (depth > ArrowLimits.MaxFlatBufferDepth)
            throw new ArrowFormatException(offset, $"FlatBuffers tables nested at most {ArrowLimits.MaxFlatBufferDepth} deep", "deeper ones");
    }

    public void ReadText(long offset, int bytes)
    {
        _textBytes += bytes;
        if (_textBytes > _maxTextBytes)
            throw new ArrowFormatException(offset, $"at most {_maxTextBytes} bytes of text in this message", "more, by sharing strings");
    }
}
