using System.CommandLine;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

internal sealed class RuleSuggestCommand : StrataCommand
{
    /// <summary>Columns told of a recording that no preset fits; a script takes them all from <c>--json</c>.</summary>
    private const int MostColumns = 20;

    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Option<string?> _segment = new("--segment") { Description = "Only this segment [default: all of the dataset]", HelpName = "SEGMENT" };
    private readonly Option<string?> _layer = new("--layer") { Description = "Layer that the rules are to read [default: base]", HelpName = "LAYER" };
    private readonly Option<string?> _unit = new("--unit") { Description = "Unit of the joints, which no recording says: rad, deg or m", HelpName = "UNIT" };

    public RuleSuggestCommand(CommandParts parts)
        : base(parts, "suggest", "Look at the recordings of a dataset and say which rules fit them, and why", "rule suggest my_robot --unit rad")
    {
        Arguments.Add(_dataset);
        Options.Add(_segment);
        Options.Add(_layer);
        Options.Add(_unit);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new SuggestRulesRequest(context.Value(_dataset), context.Value(_segment), context.Value(_layer), context.Value(_unit));
        var answer = await context.RunAsync(Roles.Reader, SuggestRulesOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, answer, ApiJson.Default.SuggestRulesResponse, cancellationToken);
            return ExitCodes.Done;
        }

        if (answer.Suggestions.Count == 0)
        {
            await EmptyAnswer.WriteAsync(context, $"dataset '{request.Dataset}' holds no layer '{request.Layer ?? "base"}' yet", $"register RECORDINGS --dataset {ShellWord.Of(request.Dataset)}", cancellationToken);
        }

        foreach (var suggestion in answer.Suggestions)
        {
            await (suggestion.Preset is null ? WriteUnknownAsync(context, suggestion, answer.Presets) : WriteAsync(context, suggestion));
        }

        if (answer.SchemasNotLookedAt > 0)
        {
            await context.Terminal.Error.WriteLineAsync($"{Cells.Count(answer.SchemasNotLookedAt, "more schema")} not looked at; name a segment with --segment");
        }

        return ExitCodes.Done;
    }

    private static async Task WriteAsync(CommandContext context, RuleSuggestionLine suggestion)
    {
        var output = context.Terminal.Out;
        await output.WriteLineAsync($"{suggestion.Preset}: fits {Cells.Count(suggestion.Segments, "segment")}, such as {suggestion.ExampleSegment}");
        foreach (var why in suggestion.Why)
        {
            await output.WriteLineAsync($"  - {why}");
        }

        if (suggestion.AlsoFits.Count > 0)
        {
            await output.WriteLineAsync($"  - less particular ones fit too: {string.Join(", ", suggestion.AlsoFits)}");
        }

        foreach (var rule in suggestion.Rules)
        {
            await output.WriteLineAsync(rule.Stands ? $"  rule '{rule.Rule}' stands so already" : $"  strata {context.DataOption}{rule.Command}");
        }
    }

    private static async Task WriteUnknownAsync(CommandContext context, RuleSuggestionLine suggestion, IReadOnlyList<PresetLine> presets)
    {
        var output = context.Terminal.Out;
        await output.WriteLineAsync($"no preset fits {Cells.Count(suggestion.Segments, "segment")}, such as {suggestion.ExampleSegment}; expected one of");
        foreach (var preset in presets)
        {
            await output.WriteLineAsync($"  {preset.Preset,-10} {preset.Looks}");
        }

        await output.WriteLineAsync(suggestion.Joints.Count == 0 ? "and found no column of numbers at all" : "and found these columns of numbers, with the instances of a row; name two of them with `--set command=` and `--set observation=`");
        foreach (var (column, instances) in suggestion.Joints.Take(MostColumns))
        {
            await output.WriteLineAsync($"  {column}  {(instances is { } count ? $"{count}" : "?")}");
        }

        if (suggestion.Joints.Count > MostColumns)
        {
            await context.Terminal.Error.WriteLineAsync($"{Cells.Count(suggestion.Joints.Count - MostColumns, "more column")} with --json");
        }
    }
}
