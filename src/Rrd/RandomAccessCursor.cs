namespace Strata.Rrd;

/// <summary>
/// Walks a random-access source from one offset to another. Small messages come out of one larger read; what is larger than
/// that is read by itself, so that nothing is copied.
/// </summary>
internal sealed class RandomAccessCursor : ByteCursor
{
    private const int WindowBytes = 64 * 1024;

    private readonly IRandomAccessBytes _source;
    private readonly long _end;
    private ReadOnlyMemory<byte> _window;
    private long _windowStart;

    public RandomAccessCursor(IRandomAccessBytes source, long start, long end)
    {
        _source = source;
        _end = end;
        Position = start;
    }

    public override long? Remaining => _end - Position;

    public override async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellationToken)
    {
        var wanted = (int)Math.Min(count, _end - Position);
        var inWindow = Position - _windowStart;
        if (inWindow >= 0 && inWindow + wanted <= _window.Length)
        {
            return _window.Slice((int)inWindow, wanted);
        }
        _window = await _source.ReadAsync(Position, (int)Math.Min(Math.Max(WindowBytes, wanted), _end - Position), cancellationToken).ConfigureAwait(false);
        _windowStart = Position;
        return _window[..Math.Min(wanted, _window.Length)];
    }

    public override async ValueTask<ReadOnlyMemory<byte>> TakeAsync(int count, CancellationToken cancellationToken)
    {
        var inWindow = Position - _windowStart;
        var isNear = count <= WindowBytes || (inWindow >= 0 && inWindow + count <= _window.Length);
        var taken = isNear
            ? await PeekAsync(count, cancellationToken).ConfigureAwait(false)
            : await _source.ReadAsync(Position, (int)Math.Min(count, _end - Position), cancellationToken).ConfigureAwait(false);
        Position += taken.Length;
        return taken;
    }
}
