using System.Globalization;
using Strata.Web;

namespace Strata.Cli;

internal sealed class ProjectionsCommand : StrataCommand
{
    public ProjectionsCommand(CommandParts parts)
        : base(parts, "projections", "How far the tables are, and why not further; 'resume' tries again", "projections --json") =>
        Subcommands.Add(new ProjectionsResumeCommand(parts));

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        // Without the role that folds: looking must not change what is looked at.
        var list = await context.RunAsync(Roles.None, ListProjectionsOperation.Route, new ListProjectionsRequest(), cancellationToken);
        await ProjectionText.WriteAsync(context, list.Projections, cancellationToken);
        return ExitCodes.Done;
    }
}

internal sealed class ProjectionsResumeCommand(CommandParts parts)
    : StrataCommand(parts, "resume", "Try the event again at which the tables stand still", "projections resume")
{
    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var list = await context.RunAsync(Roles.Reader, ResumeProjectionsOperation.Route, new ResumeProjectionsRequest(), cancellationToken);
        await ProjectionText.WriteAsync(context, list.Projections, cancellationToken);
        return ExitCodes.Done;
    }
}

internal static class ProjectionText
{
    public static async Task WriteAsync(CommandContext context, IReadOnlyList<ProjectionLine> lines, CancellationToken cancellationToken)
    {
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, lines, ApiJson.Default.IReadOnlyListProjectionLine, cancellationToken);
            return;
        }

        TableOutput.Write(
            context.Terminal,
            ["name", "generation", "state", "position", "head", "lag", "events/s"],
            lines.Select(l => new[] { l.Name, Number(l.Generation), l.State, Number(l.Position), Number(l.Head), Lag(l), l.EventsPerSecond.ToString("N0", CultureInfo.InvariantCulture) }));
        // Of the log, which is the same for all of them.
        if (lines is [{ HeldBack: { } held }, ..])
        {
            await context.Terminal.Out.WriteLineAsync($"{Number(held.Numbers)} positions behind the head are shown to nobody yet: an append has not ended ({held.Holder})");
        }

        foreach (var line in lines)
        {
            await WriteDetailsAsync(context.Terminal, line);
        }
    }

    private static async Task WriteDetailsAsync(Terminal terminal, ProjectionLine line)
    {
        if (line.ReplayPosition is { } replayed)
        {
            await terminal.Out.WriteLineAsync($"{line.Name}: a new generation is being made, at position {Number(replayed)}");
        }

        if (line.Reason is { } reason)
        {
            await terminal.Out.WriteLineAsync($"{line.Name}: {reason}");
        }

        if (line.Next is { } next)
        {
            await terminal.Error.WriteLineAsync($"next: {next}");
        }

        foreach (var generation in line.Generations.Where(g => g.Number != line.Generation))
        {
            var what = generation.Use == "old" ? "is kept from before the last rebuild; 'strata rebuild --drop-old' removes it" : "is a rebuild that was cut short or is under way; the next one goes on from it";
            await terminal.Out.WriteLineAsync($"{line.Name}: generation {Number(generation.Number)} ({Cells.Bytes(generation.SizeBytes)}) {what}");
        }
    }

    private static string Lag(ProjectionLine line) => line.LagNs is { } lag && line.Lag > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{line.Lag:N0} ({lag / 1e9:N0} s)")
        : Number(line.Lag);

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
