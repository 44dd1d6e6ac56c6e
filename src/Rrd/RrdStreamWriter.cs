using System.Buffers;

namespace Strata.Rrd;

/// <summary>
/// An <see cref="RrdWriter"/> onto a stream: each message goes out as soon as it is complete, so that a file that is cut
/// anywhere stays readable up to its last whole message.
/// </summary>
public sealed class RrdStreamWriter
{
    private readonly Stream _stream;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly RrdWriter _writer;

    /// <summary>Writes nothing yet. The stream is the caller's, who closes it.</summary>
    public RrdStreamWriter(Stream stream, WriterProfile profile)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _writer = new RrdWriter(_buffer, profile);
    }

    /// <inheritdoc cref="RrdWriter.Position"/>
    public long Position => _writer.Position;

    /// <inheritdoc cref="RrdWriter.SetStoreInfo"/>
    public ValueTask SetStoreInfoAsync(StoreId storeId, StoreSource source, Tuid rowId, CancellationToken cancellationToken)
    {
        _writer.SetStoreInfo(storeId, source, rowId);
        return FlushAsync(cancellationToken);
    }

    /// <inheritdoc cref="RrdWriter.WriteChunk"/>
    public ValueTask WriteChunkAsync(StoreId storeId, Chunk chunk, CancellationToken cancellationToken)
    {
        _writer.WriteChunk(storeId, chunk);
        return FlushAsync(cancellationToken);
    }

    /// <inheritdoc cref="RrdWriter.Activate"/>
    public ValueTask ActivateAsync(BlueprintActivation activation, CancellationToken cancellationToken)
    {
        _writer.Activate(activation);
        return FlushAsync(cancellationToken);
    }

    /// <inheritdoc cref="RrdWriter.Finish"/>
    public async ValueTask<string?> FinishAsync(CancellationToken cancellationToken)
    {
        var reason = _writer.Finish();
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        return reason;
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(_buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _buffer.ResetWrittenCount();
    }
}
