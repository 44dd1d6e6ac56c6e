using System.Buffers;

namespace Strata.Rrd;

/// <summary>
/// An <see cref="RrdWriter"/> onto a stream: each message goes out as soon as it is complete, so that a file that is cut
/// anywhere stays readable up to its last whole message. When the stream refuses a message, how much of it went out is not known:
/// nothing may follow it, and every later call says so.
/// </summary>
public sealed class RrdStreamWriter
{
    private readonly Stream _stream;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly RrdWriter _writer;
    private bool _failed;

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
    /// <exception cref="InvalidOperationException">An earlier write to the stream failed.</exception>
    public ValueTask SetStoreInfoAsync(StoreId storeId, StoreSource source, Tuid rowId, CancellationToken cancellationToken)
    {
        RequireWhole();
        _writer.SetStoreInfo(storeId, source, rowId);
        return FlushAsync(cancellationToken);
    }

    /// <inheritdoc cref="RrdWriter.WriteChunk"/>
    /// <exception cref="InvalidOperationException">An earlier write to the stream failed.</exception>
    public ValueTask WriteChunkAsync(StoreId storeId, Chunk chunk, CancellationToken cancellationToken)
    {
        RequireWhole();
        _writer.WriteChunk(storeId, chunk);
        return FlushAsync(cancellationToken);
    }

    /// <inheritdoc cref="RrdWriter.Activate"/>
    /// <exception cref="InvalidOperationException">An earlier write to the stream failed.</exception>
    public ValueTask ActivateAsync(BlueprintActivation activation, CancellationToken cancellationToken)
    {
        RequireWhole();
        _writer.Activate(activation);
        return FlushAsync(cancellationToken);
    }

    /// <inheritdoc cref="RrdWriter.Finish"/>
    /// <exception cref="InvalidOperationException">An earlier write to the stream failed.</exception>
    public async ValueTask<string?> FinishAsync(CancellationToken cancellationToken)
    {
        RequireWhole();
        var reason = _writer.Finish();
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        return reason;
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        _failed = true;
        try
        {
            await _stream.WriteAsync(_buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
            _failed = false;
        }
        finally
        {
            _buffer.ResetWrittenCount();
        }
    }

    private void RequireWhole()
    {
        if (_failed)
        {
            throw new InvalidOperationException("A write to the stream failed, so that its last message may be half there and nothing may follow it: write the recording anew. What is whole of it, strata rrd recover saves.");
        }
    }
}
