using System.CommandLine;
using Spectre.Console;
using Strata.Web;

namespace Strata.Cli;

internal sealed class FleetCommand : StrataCommand
{
    private static readonly TimeSpan Redraw = TimeSpan.FromSeconds(1);

    private readonly Option<string> _silentAfter = DurationOption.Of("--silent-after", "A robot of which nothing came for longer is silent", "5m");
    private readonly Option<bool> _watch = new("--watch") { Description = "Draw it anew each second, until Ctrl-C" };

    public FleetCommand(CommandParts parts)
        : base(parts, "fleet", "Robots: last seen, recordings, spool, quarantined, good and bad; 'simulate' makes some", "fleet --silent-after 10m")
    {
        Options.Add(_silentAfter);
        Options.Add(_watch);
        Subcommands.Add(new FleetSimulateCommand(parts));
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new ReadFleetRequest(DurationOption.Parse("--silent-after", context.Value(_silentAfter)!).Ticks * TimeSpan.NanosecondsPerTick);
        if (context.Value(_watch))
        {
            return await WatchAsync(context, request, cancellationToken);
        }

        var fleet = await context.RunAsync(Roles.Reader, ReadFleetOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, fleet.Robots, ApiJson.Default.IReadOnlyListFleetLine, cancellationToken);
        }
        else if (fleet.Robots.Count == 0)
        {
            await EmptyAnswer.WriteAsync(context, "no robot has published anything yet", "fleet simulate --robots 5", cancellationToken);
        }
        else
        {
            context.Terminal.OutConsole.Write(FleetTable.Of(fleet, context.Terminal.OutIsTerminal));
            await context.Terminal.Error.WriteLineAsync(FleetTable.Summary(fleet).AsMemory(), cancellationToken);
        }

        return ExitCodes.Done;
    }

    private static async Task<int> WatchAsync(CommandContext context, ReadFleetRequest request, CancellationToken cancellationToken)
    {
        if (context.Json)
        {
            throw new UsageException("--watch draws for people, and --json is one document", "leave one of them out");
        }

        await using var access = await context.OpenAsync(Roles.Reader, cancellationToken);
        if (access.InProcess)
        {
            throw new OperationException(OperationErrors.FailedPrecondition, $"no server runs on {context.Data.Path}, so there is nothing to watch", $"strata {context.DataOption}serve, or leave --watch out");
        }

        return await WatchAsync(context.Terminal, () => access.Operations.RunAsync(ReadFleetOperation.Route, request, NoProgress.Instance, cancellationToken), cancellationToken);
    }

    /// <summary>Into a pipe only what changed is written again.</summary>
    private static async Task<int> WatchAsync(Terminal terminal, Func<Task<ReadFleetResponse>> read, CancellationToken cancellationToken)
    {
        try
        {
            if (terminal.OutIsTerminal)
            {
                await terminal.OutConsole.Live(new Text("")).StartAsync(async live =>
                {
                    while (true)
                    {
                        live.UpdateTarget(FleetTable.Of(await read(), shortened: true));
                        await Task.Delay(Redraw, cancellationToken);
                    }
                });
            }

            for (var shown = 0L; ;)
            {
                var fleet = await read();
                if (fleet.Position > shown)
                {
                    shown = fleet.Position;
                    terminal.OutConsole.Write(FleetTable.Of(fleet, shortened: false));
                }

                await Task.Delay(Redraw, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }
    }
}
