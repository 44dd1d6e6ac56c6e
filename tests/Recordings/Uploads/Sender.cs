namespace Strata.Recordings.Tests.Uploads;

/// <summary>A sender's stream of bytes that does what a network does.</summary>
internal sealed class Sender(byte[] bytes) : Stream
{
    private int _sent;

    /// <summary>After so many bytes the connection breaks.</summary>
    public int CutAfter { get; init; } = int.MaxValue;

    /// <summary>Waited for before the byte at <see cref="PauseAt"/>.</summary>
    public Task Pause { get; init; } = Task.CompletedTask;

    public int PauseAt { get; init; } = -1;

    /// <summary>Ends when the sender has come to its pause.</summary>
    public TaskCompletionSource Paused { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A connection on which nobody may read.</summary>
    public static Sender Unread => new([1]) { CutAfter = 0 };

    public int Sent => _sent;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_sent >= CutAfter)
        {
            throw new IOException("connection reset by peer");
        }

        if (_sent == PauseAt)
        {
            Paused.TrySetResult();
            await Pause.WaitAsync(cancellationToken);
        }

        var end = Math.Min(Math.Min(bytes.Length, CutAfter), _sent < PauseAt ? PauseAt : int.MaxValue);
        var count = Math.Min(buffer.Length, end - _sent);
        bytes.AsSpan(_sent, count).CopyTo(buffer.Span);
        _sent += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
