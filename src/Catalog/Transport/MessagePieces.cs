using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Strata.Catalog.Transport;

/// <summary>
/// Writes the messages of an answer piece by piece. The library takes a message as a whole and holds it, and once more what its pipe took of it, until the client
/// has it: a client that reads slowly, or not at all, would hold as much memory as its largest message. Here it holds a few pieces, whatever it asked for.
/// </summary>
/// <remarks>One writer a call, which writes nothing else; not for calls that compress.</remarks>
internal sealed class MessagePieces(ServerCallContext call)
{
    /// <summary>What may lie unsent: as much as a connection's window takes at once.</summary>
    public const int PieceBytes = 64 * 1024;

    private const int PrefixBytes = 5;

    private readonly HttpContext _http = call.GetHttpContext();
    private readonly PipeWriter _output = call.GetHttpContext().Response.BodyWriter;
    private long _owed;
    private int _unflushed;

    /// <summary>Ends the writing of a message that was begun. A call that is ended early completes it.</summary>
    public CancellationToken Cancellation { get; } = (call as EndableCall)?.WritesEnd ?? call.CancellationToken;

    /// <summary>Starts a message of exactly <paramref name="bytes"/>. Source: catalog-protocol §1.4.</summary>
    public void Begin(long bytes)
    {
        if (_owed != 0)
        {
            throw new InvalidOperationException($"{_owed} bytes of the message before are missing");
        }

        Span<byte> prefix = stackalloc byte[PrefixBytes];
        prefix[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(prefix[1..], checked((uint)bytes));
        _output.Write(prefix);
        _unflushed += PrefixBytes;
        _owed = bytes;
    }

    /// <summary>Some of the message that is small.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        Count(bytes.Length);
    }

    /// <summary>Some of the message, in pieces.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var piece = bytes.Slice(at, Math.Min(PieceBytes, bytes.Length - at));
            _output.Write(piece.Span);
            Count(piece.Length);
            at += piece.Length;
            await FlushWhenFullAsync();
        }
    }

    /// <summary>Room for the next piece of at most <paramref name="bytes"/>, to be filled and then told of by <see cref="FilledAsync"/>.</summary>
    public Memory<byte> Room(long bytes)
    {
        var size = (int)Math.Min(PieceBytes, bytes);
        return _output.GetMemory(size)[..size];
    }

    public ValueTask FilledAsync(int bytes)
    {
        _output.Advance(bytes);
        Count(bytes);
        return FlushWhenFullAsync();
    }

    /// <summary>Sends what was written; ends when the connection has taken it.</summary>
    /// <exception cref="OperationCanceledException">The client hung up or its time is over.</exception>
    public async ValueTask FlushAsync()
    {
        _unflushed = 0;
        var flushed = await _output.FlushAsync(Cancellation);
        if (flushed.IsCompleted)
        {
            throw new OperationCanceledException("the client takes no more of the answer");
        }
    }

    /// <summary>When a message cannot be completed: cuts the stream off, so that nobody takes a part for the whole.</summary>
    public void CutOffUnfinished()
    {
        if (_owed != 0)
        {
            _http.Abort();
        }
    }

    private ValueTask FlushWhenFullAsync() => _unflushed < PieceBytes ? ValueTask.CompletedTask : FlushAsync();

    private void Count(int bytes)
    {
        if (bytes > _owed)
        {
            throw new InvalidOperationException($"the message has {_owed} bytes left, {bytes} were written");
        }

        _owed -= bytes;
        _unflushed += bytes;
    }
}
