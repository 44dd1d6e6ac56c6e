using System.CommandLine;
using Strata.Web;

namespace Strata.Cli;

internal sealed class HistoryCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name, also one that it had once, or by id" };
    private readonly Argument<string?> _segment = new("SEGMENT") { Description = "Only what concerns this segment", Arity = ArgumentArity.ZeroOrOne };

    public HistoryCommand(CommandParts parts)
        : base(parts, "history", "What happened, event by event, in words", "history my_robot episode_7")
    {
        Arguments.Add(_dataset);
        Arguments.Add(_segment);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new HistoryRequest(context.Value(_dataset), context.Value(_segment));
        var history = await context.RunAsync(Roles.Reader, HistoryOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, history.Events, ApiJson.Default.IReadOnlyListHistoryLine, cancellationToken);
            return ExitCodes.Done;
        }

        foreach (var line in history.Events)
        {
            var about = request.Segment is null && line.Segment is not null ? $"{line.Segment}: " : "";
            await context.Terminal.Out.WriteLineAsync($"{line.Position,8}  {Cells.Time(line.RecordedAtNs)}  {about}{line.Text}".AsMemory(), cancellationToken);
        }

        return ExitCodes.Done;
    }
}
