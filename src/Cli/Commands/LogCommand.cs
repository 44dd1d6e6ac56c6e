using System.CommandLine;
using System.Globalization;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The events of the log, of all datasets; with <c>--follow</c> each as it comes.</summary>
internal sealed class LogCommand : StrataCommand
{
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on until Ctrl-C, each event as it comes, also when the server or the database was away for a while" };
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

        var follow = context.Value(_follow);
        var last = from;
        var lines = new FollowedLog(context.Data, (reason, position) => TellAsync(context, reason, position), TimeProvider.System);
        var access = await LogAccess.OpenAsync(context, follow, cancellationToken);
        try
        {
            await foreach (var (line, text) in lines.ReadAsync(access, from, follow, cancellationToken))
            {
                await WriteAsync(context, line, text, cancellationToken);
                last = line.Position;
            }
        }
        catch (Exception) when (follow)
        {
            await context.Terminal.Error.WriteLineAsync($"the log was followed up to position {last.ToString(CultureInfo.InvariantCulture)}; what comes behind it: {GoOn(context, last)}");
            throw;
        }

        return ExitCodes.Done;
    }

    private static async Task WriteAsync(CommandContext context, LogLine line, string text, CancellationToken cancellationToken)
    {
        var output = context.Terminal.Out;
        await output.WriteLineAsync((context.Json ? text : $"{line.Position,8}  {Cells.Time(line.RecordedAtNs)}  {line.Stream}: {line.Text}").AsMemory(), cancellationToken);

        // Who follows wants each event now.
        await output.FlushAsync(cancellationToken);
    }

    private static Task TellAsync(CommandContext context, string reason, long position) => context.Terminal.Error.WriteLineAsync(
        $"strata: interrupted behind position {position.ToString(CultureInfo.InvariantCulture)}: {reason.ReplaceLineEndings(" ").TrimEnd('.')}. It goes on by itself when that is back, "
        + $"asked for at least every {FollowedLog.LongestPause.TotalSeconds:N0} s; later: {GoOn(context, position)}");

    private static string GoOn(CommandContext context, long position) =>
        string.Create(CultureInfo.InvariantCulture, $"strata {context.DataOption}log --follow --from {position}{(context.Json ? " --json" : "")}");
}
