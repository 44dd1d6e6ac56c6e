namespace Strata.Publishing;

/// <summary>A token bucket: no more than so many bytes a second go out, whatever the files' sizes.</summary>
/// <param name="bytesPerSecond">Null: as fast as it goes.</param>
public sealed class BandwidthLimit(long? bytesPerSecond, TimeProvider time)
{
    /// <summary>What is sent at once where there is no limit, and at most where there is one.</summary>
    private const int LargestPiece = 128 * 1024;

    /// <summary>A slow link is paced in pieces of a tenth of a second, so that it is not taken in gusts.</summary>
    private const int PiecesPerSecond = 10;

    private double _available;
    private long _filledAt = time.GetTimestamp();

    /// <summary>Bytes to ask for at once.</summary>
    public int PieceBytes { get; } = (int)Math.Clamp((bytesPerSecond ?? long.MaxValue) / PiecesPerSecond, 1, LargestPiece);

    /// <summary>Returns when so many bytes may go out.</summary>
    /// <param name="bytes">At most <see cref="PieceBytes"/>.</param>
    public async ValueTask TakeAsync(int bytes, CancellationToken cancellationToken)
    {
        if (bytesPerSecond is not { } rate)
        {
            return;
        }

        while (true)
        {
            var now = time.GetTimestamp();
            _available = Math.Min(_available + (time.GetElapsedTime(_filledAt, now).TotalSeconds * rate), PieceBytes);
            _filledAt = now;
            if (_available >= bytes)
            {
                _available -= bytes;
                return;
            }

            // Timers of a clock tick in milliseconds: less would be no wait at all.
            var missing = TimeSpan.FromSeconds((bytes - _available) / rate);
            await Task.Delay(missing < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : missing, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
