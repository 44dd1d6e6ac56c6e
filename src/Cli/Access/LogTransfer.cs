using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Strata.Web;

namespace Strata.Cli;

/// <summary>An exported log on its way from a server. Its lines are not looked into, but for the one that says why there are no more.</summary>
internal static class LogTransfer
{
    private static readonly byte[] EndStart = Encoding.UTF8.GetBytes(LogEndpoints.EndStart);

    /// <exception cref="OperationException">The server could not go on, and says why.</exception>
    public static async Task CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(from);
        var atLineStart = true;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (!rest.IsEmpty)
            {
                if (atLineStart && rest.Length < EndStart.Length && !read.IsCompleted)
                {
                    break;
                }

                if (atLineStart && StartsWithEnd(rest))
                {
                    throw await ErrorAsync(reader, rest, cancellationToken);
                }

                var line = rest.PositionOf((byte)'\n') is { } end ? rest.Slice(0, rest.GetPosition(1, end)) : rest;
                foreach (var part in line)
                {
                    await to.WriteAsync(part, cancellationToken);
                }

                atLineStart = line.Slice(line.Length - 1).FirstSpan[0] == (byte)'\n';
                rest = rest.Slice(line.End);
            }

            reader.AdvanceTo(rest.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private static bool StartsWithEnd(ReadOnlySequence<byte> line) => line.Length >= EndStart.Length && line.Slice(0, EndStart.Length).ToArray().AsSpan().SequenceEqual(EndStart);

    private static async Task<OperationException> ErrorAsync(PipeReader reader, ReadOnlySequence<byte> start, CancellationToken cancellationToken)
    {
        reader.AdvanceTo(start.Start, start.End);
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.IsCompleted)
            {
                var line = JsonSerializer.Deserialize(read.Buffer.ToArray(), ApiJson.Default.OperationLine)!;
                return new(line.Error!.Code, line.Error.Message, line.Error.Next);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
