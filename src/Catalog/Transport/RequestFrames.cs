using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Strata.Catalog.Transport;

/// <summary>
/// Looks at the frames of a request on their way to the library, which takes them whole, so that what is unread always begins with one: notes the fault in words
/// that the library does not have, and ends a request of one message behind it, as Rerun's server does, which passes over what follows.
/// </summary>
internal sealed class RequestFrames(PipeReader inner, bool isStream) : PipeReader
{
    /// <summary>Flag and length. Source: catalog-protocol §1.4.</summary>
    private const int PrefixBytes = 5;

    private bool _isBegun;

    /// <summary>Null while nothing was wrong.</summary>
    public string? Fault { get; private set; }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => Look(await inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
        {
            return false;
        }

        result = Look(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private ReadResult Look(ReadResult read)
    {
        var frames = read.Buffer;
        if (frames.IsEmpty)
        {
            Fault ??= read.IsCompleted && !_isBegun && !isStream ? FrameFault.NoMessage : null;
            return read;
        }

        _isBegun = true;
        Fault ??= FaultOf(frames.FirstSpan[0]);
        if (Length(frames) is not { } length || length > frames.Length)
        {
            Fault ??= Length(frames) > PrefixBytes + (long)int.MaxValue ? FrameFault.TooLong
                : !read.IsCompleted ? null
                : frames.Length == PrefixBytes && !isStream ? FrameFault.NoMessage
                : FrameFault.EndsInMessage;
            return read;
        }

        if (isStream || length == frames.Length)
        {
            return read;
        }

        Fault ??= FaultOf(frames.Slice(length).FirstSpan[0]);
        return Fault is null ? new ReadResult(frames.Slice(0, length), read.IsCanceled, isCompleted: true) : read;
    }

    /// <summary>Messages in an encoding were refused before (<see cref="CompressedRequests"/>): a flag that says so has none.</summary>
    private static string? FaultOf(byte flag) => flag switch
    {
        0 => null,
        1 => FrameFault.CompressedWithoutEncoding,
        _ => FrameFault.UnknownFlag(flag),
    };

    /// <returns>Of the first frame with its prefix; null where the prefix is not whole.</returns>
    private static long? Length(ReadOnlySequence<byte> frames)
    {
        if (frames.Length < PrefixBytes)
        {
            return null;
        }

        Span<byte> prefix = stackalloc byte[PrefixBytes];
        frames.Slice(0, PrefixBytes).CopyTo(prefix);
        return PrefixBytes + (long)BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
    }
}
