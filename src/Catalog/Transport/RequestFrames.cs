using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;

namespace Strata.Catalog.Transport;

/// <summary>
/// Looks at the frames of a request on their way to the library, which takes them whole, so that what is unread always begins with one: notes the fault in words
/// that the library does not have, and ends a request of one message behind it, as Rerun's server does, which passes over what follows.
/// </summary>
internal sealed class RequestFrames(PipeReader inner, bool isStream, MessageBudget budget, TimeSpan silentFor, TimeProvider clock) : PipeReader, IDisposable
{
    /// <summary>The library examines a message without consuming it until it is whole; shorter ones are bounded by the window of their stream.</summary>
    private const long CountedFromBytes = 64 << 10;

    /// <summary>Flag and length. Source: catalog-protocol §1.4.</summary>
    private const int PrefixBytes = 5;

    private bool _isBegun;
    private long _held;
    private SequencePosition _start;

    /// <summary>Null while nothing was wrong.</summary>
    public string? Fault { get; private set; }

    public StatusCode FaultStatus { get; private set; } = StatusCode.Internal;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (isStream)
        {
            return Look(await inner.ReadAsync(cancellationToken));
        }

        using var patience = new CancellationTokenSource(silentFor, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return Look(await inner.ReadAsync(either.Token));
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Refuse(StatusCode.DeadlineExceeded, FrameFault.Silent(silentFor));
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
        {
            return false;
        }

        result = Look(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!consumed.Equals(_start))
        {
            Dispose();
        }

        inner.AdvanceTo(consumed, examined);
    }

    /// <summary>Gives back what the message held.</summary>
    public void Dispose()
    {
        budget.GiveBack(_held);
        _held = 0;
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private ReadResult Look(ReadResult read)
    {
        var frames = read.Buffer;
        _start = frames.Start;
        Hold(frames.Length);
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

    private void Hold(long length)
    {
        if (length <= CountedFromBytes || length <= _held)
        {
            return;
        }

        if (!budget.TryTake(length - _held))
        {
            throw Refuse(StatusCode.ResourceExhausted, FrameFault.NoRoom);
        }

        _held = length;
    }

    private IOException Refuse(StatusCode status, string fault)
    {
        (FaultStatus, Fault) = (status, fault);
        return new(fault);
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
