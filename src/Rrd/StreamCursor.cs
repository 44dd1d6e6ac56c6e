namespace Strata.Rrd;

/// <summary>Walks a stream that cannot seek and whose end is not known.</summary>
internal sealed class StreamCursor(Stream stream) : ByteCursor
{
    // A claimed length drives no allocation beyond this until that many bytes have really come.
    private const int FirstStepBytes = 1 << 20;

    private ReadOnlyMemory<byte> _ahead;

    public override long? Remaining => null;

    public override async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellationToken)
    {
        if (_ahead.Length < count)
        {
            _ahead = await FillAsync(count, cancellationToken).ConfigureAwait(false);
        }
        return _ahead[..Math.Min(count, _ahead.Length)];
    }

    public override async ValueTask<ReadOnlyMemory<byte>> TakeAsync(int count, CancellationToken cancellationToken)
    {
        var taken = count <= _ahead.Length ? _ahead[..count] : await FillAsync(count, cancellationToken).ConfigureAwait(false);
        _ahead = count <= _ahead.Length ? _ahead[count..] : default;
        Position += taken.Length;
        return taken;
    }

    private async ValueTask<ReadOnlyMemory<byte>> FillAsync(int count, CancellationToken cancellationToken)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(Math.Max(Math.Min(count, FirstStepBytes), _ahead.Length));
        _ahead.CopyTo(buffer);
        var filled = _ahead.Length;
        while (filled < count)
        {
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(count, 2L * buffer.Length));
            }
            var read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }
            filled += read;
        }
        return buffer.AsMemory(0, filled);
    }
}
