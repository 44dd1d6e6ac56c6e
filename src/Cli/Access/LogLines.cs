using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
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
        var filling = FillAsync(log, afterPosition, follow, lines.Writer, enough.Token);
        try
        {
            using var reader = new StreamReader(lines.Reader.AsStream());
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                yield return line;
            }
        }
        finally
        {
            await enough.CancelAsync();
            await filling;
        }
    }

    public static LogLine Parse(string line) => JsonSerializer.Deserialize(line, ApiJson.Default.LogLine)!;

    /// <summary>What ends it is told to whoever reads the lines, and to nobody else.</summary>
    private static async Task FillAsync(ILogFollowing log, long afterPosition, bool follow, PipeWriter lines, CancellationToken enough)
    {
        Exception? failure = null;
        try
        {
            await log.FollowAsync(afterPosition, follow, lines.AsStream(leaveOpen: true), enough);
        }
#pragma warning disable CA1031 // handed on as it is, through the pipe
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }

        await lines.CompleteAsync(failure);
    }
}
