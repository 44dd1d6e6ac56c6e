using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Strata.EventStore;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The lines of a log one by one, as they come. Who has seen enough ends the stream by not asking on.</summary>
internal static class LogLines
{
    public static async IAsyncEnumerable<LogLine> ReadAsync(ILogFollowing log, long afterPosition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var text in ReadTextAsync(log, afterPosition, follow: false, cancellationToken))
        {
            yield return Parse(text);
        }
    }

    public static async IAsyncEnumerable<string> ReadTextAsync(ILogFollowing log, long afterPosition, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lines = new Pipe();
        var filling = FillAsync((to, token) => log.FollowAsync(afterPosition, follow, to, token), lines.Writer, enough.Token);
        try
        {
            using var reader = new StreamReader(lines.Reader.AsStream());
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                yield return line.StartsWith(LogEndpoints.EndStart, StringComparison.Ordinal) ? throw ErrorOf(line) : line;
            }

            if (await filling is { } behind)
            {
                throw behind;
            }
        }
        finally
        {
            await enough.CancelAsync();
            await filling;
        }
    }

    /// <summary>The log as it is copied, from its beginning: also what this version does not know.</summary>
    public static async IAsyncEnumerable<LogRecord> ReadCopyAsync(ILogStreams log, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var copy = new Pipe();
        var filling = FillAsync(log.ExportAsync, copy.Writer, enough.Token);
        try
        {
            await using var from = copy.Reader.AsStream();
            await foreach (var record in LogFileReader.ReadAsync(from, cancellationToken))
            {
                yield return record;
            }
        }
        finally
        {
            await enough.CancelAsync();
            await filling;
        }
    }

    public static LogLine Parse(string line) => JsonSerializer.Deserialize(line, ApiJson.Default.LogLine)!;

    private static OperationException ErrorOf(string line)
    {
        var error = JsonSerializer.Deserialize(line, ApiJson.Default.OperationLine)!.Error!;
        return new(error.Code, error.Message, error.Next);
    }

    /// <summary>What ends it is told to whoever reads the lines, and to nobody else.</summary>
    /// <returns>What ended it behind a whole line: the lines before count, and it is told after them.</returns>
    private static async Task<OperationException?> FillAsync(Func<Stream, CancellationToken, Task> write, PipeWriter lines, CancellationToken enough)
    {
        Exception? failure = null;
        try
        {
            await write(lines.AsStream(leaveOpen: true), enough);
        }
        catch (OperationException e)
        {
            await lines.CompleteAsync();
            return e;
        }
#pragma warning disable CA1031 // handed on as it is, through the pipe
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }

        await lines.CompleteAsync(failure);
        return null;
    }
}
