using Microsoft.Win32.SafeHandles;

namespace Strata.Rrd.Editing;

/// <summary>
/// A new file that is written from its beginning to its end. What is written goes to the disk while what follows is still being made, so that little is left to
/// wait for in the end.
/// </summary>
internal sealed class DurableFile : Stream
{
    // Payloads are written as they are; this is for the small fields between them.
    private const int BufferBytes = 64 * 1024;

    // Fewer would make the disk write its journal again and again, more leave much for the end.
    private const long BytesBetween = 32 << 20;

    private readonly SafeFileHandle _handle;
    private readonly FileStream _file;
    private Task _onItsWay = Task.CompletedTask;
    private long _waiting;

    public DurableFile(string path)
    {
        _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        _file = new FileStream(_handle, FileAccess.Write, BufferBytes);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Waits until all of it is on the disk.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public async Task FinishAsync()
    {
        await _onItsWay.ConfigureAwait(false);
        _file.Flush(flushToDisk: true);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _file.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        await SendAsync(buffer.Length).ConfigureAwait(false);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => _file.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => _file.Write(buffer);

    public override void Flush() => _file.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _file.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        // The handle must stay until nobody uses it. What went wrong there has been told, or the file is given up.
        await _onItsWay.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _file.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
            _handle.Dispose();
        }
        base.Dispose(disposing);
    }

    private async ValueTask SendAsync(int bytes)
    {
        _waiting += bytes;
        if (_waiting < BytesBetween || !_onItsWay.IsCompleted)
        {
            return;
        }
        await _onItsWay.ConfigureAwait(false);
        _waiting = 0;
        _onItsWay = Task.Run(() => RandomAccess.FlushToDisk(_handle));
    }
}
