namespace Strata.Recordings;

/// <summary>Reads of one object as it was when it was opened.</summary>
/// <param name="location">As errors name it.</param>
/// <param name="ifMatch">The ETag that it must still have; null for an object whose key says its content.</param>
internal sealed class ObjectRanges(S3Objects objects, string bucket, string key, string location, string? ifMatch, long length)
{
    public long Length => length;

    /// <summary>Fills the buffer, in one request.</summary>
    /// <exception cref="RecordingMissingException">The object was removed.</exception>
    /// <exception cref="RecordingChangedException">It is another one by now.</exception>
    public async Task ReadAsync(long start, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var range = await RangeAsync(start, buffer, cancellationToken);
        if (range.Count != buffer.Length || range.Head.Length != length)
        {
            throw new RecordingChangedException(location, $"it had {length} bytes when it was opened, and has {range.Head.Length} now");
        }
    }

    /// <summary>A URL at which the object can be read without our credentials.</summary>
    public Task<Uri> ShareAsync(TimeSpan lasting, CancellationToken cancellationToken) => objects.ShareAsync(bucket, key, lasting, cancellationToken);

    private async Task<ObjectRange> RangeAsync(long start, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await objects.ReadAsync(bucket, key, ifMatch, start, buffer, cancellationToken)
                ?? throw new RecordingMissingException(location, "the object was removed while it was read");
        }
        catch (ObjectChangedException)
        {
            throw new RecordingChangedException(location, "the object was replaced while it was read");
        }
    }
}
