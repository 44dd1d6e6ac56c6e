using System.CommandLine;

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
        var output = context.Terminal.Out;
        await foreach (var text in LogLines.ReadTextAsync(access.Log, from, context.Value(_follow), cancellationToken))
        {
            if (context.Json)
            {
                await output.WriteLineAsync(text.AsMemory(), cancellationToken);
            }
            else
            {
                var line = LogLines.Parse(text);
                await output.WriteLineAsync($"{line.Position,8}  {Cells.Time(line.RecordedAtNs)}  {line.Stream}: {line.Text}".AsMemory(), cancellationToken);
            }

            // Who follows wants each event now.
            await output.FlushAsync(cancellationToken);
        }

        return ExitCodes.Done;
    }
}
