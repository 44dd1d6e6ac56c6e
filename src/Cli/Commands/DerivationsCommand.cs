using System.CommandLine;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

internal sealed class DerivationsCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Option<string?> _rule = new("--rule") { Description = "Only this rule, also one that was retired", HelpName = "RULE" };
    private readonly Option<bool> _failed = new("--failed") { Description = "What failed and waits for a person" };
    private readonly Option<bool> _skipped = new("--skipped") { Description = "What a rule decided to derive nothing from" };
    private readonly Option<bool> _stale = new("--stale") { Description = "Layers that are older than a change of their inputs" };
    private readonly Option<bool> _waiting = new("--waiting") { Description = "What is not decided: open work, a missing input, a segment older than the rule" };

    private readonly Option<int> _limit = new("--limit") { Description = "So many rows; the summary counts all", HelpName = "N", DefaultValueFactory = _ => ListDerivationsOperation.DefaultLimit };

    private readonly Option<string?> _asOf = AsOfOption.Create();

    public DerivationsCommand(CommandParts parts)
        : base(parts, "derivations", "What rules came to over all segments, by reason", "derivations my_robot --failed")
    {
        Arguments.Add(_dataset);
        Options.Add(_rule);
        Options.Add(_failed);
        Options.Add(_skipped);
        Options.Add(_stale);
        Options.Add(_waiting);
        Options.Add(_limit);
        Options.Add(_asOf);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new ListDerivationsRequest(
            context.Value(_dataset), context.Value(_rule), context.Value(_failed), context.Value(_skipped), context.Value(_stale), context.Value(_waiting), context.Value(_limit), context.Value(_asOf));
        var answer = await context.RunAsync(Roles.Reader, ListDerivationsOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, answer, ApiJson.Default.ListDerivationsResponse, cancellationToken);
        }
        else if (answer.Matching == 0)
        {
            await EmptyAnswer.WriteAsync(context, $"nothing of dataset '{request.Dataset}' is what was asked for", $"rule list {ShellWord.Of(request.Dataset)}", cancellationToken);
        }
        else
        {
            RuleText.WriteSummary(context.Terminal, request.Dataset, answer.Summary);
            WriteRows(context.Terminal, answer);
        }

        return ExitCodes.Done;
    }

    /// <summary>A table in a file or a pipe has no width that wraps it, and one long reason would widen every row; <c>strata why</c> and JSON have it whole.</summary>
    private const int RoomForDetails = 160;

    private static void WriteRows(Terminal terminal, ListDerivationsResponse answer)
    {
        if (answer.Rows.Count > 0)
        {
            TableOutput.Write(
                terminal,
                ["segment", "layer", "outcome", "reason", "detail"],
                answer.Rows.Select(r => new[] { r.Segment, r.Layer, r.Stale ? $"{r.Outcome}, stale" : r.Outcome, r.Reason ?? "", Cells.StartOf(r.Detail ?? "", RoomForDetails) }));
        }

        if (answer.Rows.Count < answer.Matching)
        {
            terminal.Error.WriteLine($"{Cells.Count(answer.Matching - answer.Rows.Count, "more row")} with --limit {answer.Matching}");
        }
    }
}
