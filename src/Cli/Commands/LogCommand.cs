using System.CommandLine;
using System.IO.Pipelines;
using System.Text.Json;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The events of the log, of all datasets; with <c>--follow</c> each as it comes.</summary>
internal sealed class LogCommand : StrataCommand
{
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on until Ctrl-C, each event as it comes" };
    private readonly Option<long> _from = new("--from") { Description = "Only events behind this position: where an earlier --follow ended", HelpName = "POSITION" };

    public LogCommand(CommandParts parts)
        : base(parts, "log", "The event log: every event of all datasets; export and import", "log --follow --from 1200 --json")
    {
        Options.Add(_follow);
        Options.Add(_from);
        Subcommands.Add(new LogExportCommand(parts));
        Subcommands.Add(new LogImportCommand(parts));
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var from = context.Value(_from);
        if (from < 0)
        {
            throw new UsageException($"--from: expected a position of 0 or more, found {from}", null);
        }

        await using var access = await context.OpenAsync(Roles.None, cancellationToken);
        var lines = new Pipe();
        var filling = FillAsync(access.Log, from, context.Value(_follow), lines.Writer, cancellationToken);
        await WriteAsync(context, lines.Reader.AsStream(), cancellationToken);
        await filling;
        return ExitCodes.Done;
    }

    /// <summary>What ends it is told to whoever reads the lines.</summary>
    private static async Task FillAsync(ILogStreams log, long from, bool follow, PipeWriter lines, CancellationToken cancellationToken)
    {
        try
        {
            await log.FollowAsync(from, follow, lines.AsStream(leaveOpen: true), cancellationToken);
            await lines.CompleteAsync();
        }
        catch (Exception e)
        {
            await lines.CompleteAsync(e);
            throw;
        }
    }

    private static async Task WriteAsync(CommandContext context, Stream lines, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(lines);
        var output = context.Terminal.Out;
        while (await reader.ReadLineAsync(cancellationToken) is { } text)
        {
            if (context.Json)
            {
                await output.WriteLineAsync(text.AsMemory(), cancellationToken);
            }
            else
            {
                var line = JsonSerializer.Deserialize(text, ApiJson.Default.LogLine)!;
                await output.WriteLineAsync($"{line.Position,8}  {Cells.Time(line.RecordedAtNs)}  {line.Stream}: {line.Text}".AsMemory(), cancellationToken);
            }

            // Who follows wants each event now.
            await output.FlushAsync(cancellationToken);
        }
    }
}
