namespace Strata.Rrd;

/// <summary>Bytes that are read in order, with a look ahead.</summary>
internal abstract class ByteCursor
{
    /// <summary>Offset of the next byte from the start of the file.</summary>
    public long Position { get; protected set; }

    /// <summary>Bytes that are left, or null when the source does not know its end.</summary>
    public abstract long? Remaining { get; }

    /// <summary>Up to <paramref name="count"/> bytes without stepping over them; fewer only at the end. For small counts.</summary>
    public abstract ValueTask<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellationToken);

    /// <summary>Up to <paramref name="count"/> bytes; fewer only at the end.</summary>
    public abstract ValueTask<ReadOnlyMemory<byte>> TakeAsync(int count, CancellationToken cancellationToken);
}
