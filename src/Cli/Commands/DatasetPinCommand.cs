using System.CommandLine;
using Strata.Web;

namespace Strata.Cli;

internal sealed class DatasetPinCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name, also DATASET[POSITION|TIME]" };
    private readonly Option<string> _name = new("--as") { Description = "What the pin is called", HelpName = "NAME", Required = true };
    private readonly Option<string?> _at = AsOfOption.Create("--at", "The state that it shows, by a log position or a time; now unless told");

    public DatasetPinCommand(CommandParts parts)
        : base(parts, "pin", "Give a past state of a dataset a name, for ever and for every client", "dataset pin my_robot --as my_robot_model_7")
    {
        Arguments.Add(_dataset);
        Options.Add(_name);
        Options.Add(_at);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new PinDatasetRequest(context.Value(_dataset), context.Value(_name)!, context.Value(_at));
        var pinned = await context.RunAsync(Roles.Registrar | Roles.Projections, PinDatasetOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, pinned, ApiJson.Default.PinDatasetResponse, cancellationToken);
        }
        else
        {
            await context.Terminal.Out.WriteLineAsync($"'{pinned.Name}' ({pinned.Id}) shows dataset '{request.Dataset}' as of position {pinned.AsOf} from now on");
            await WriteGoneAsync(context.Terminal.Out, pinned);
        }

        return ExitCodes.Done;
    }

    /// <summary>The pin is made and holds what there is: what was gone before is told, and is no failure of the command.</summary>
    private static async Task WriteGoneAsync(TextWriter output, PinDatasetResponse pinned)
    {
        if (pinned.LetGo.Count > 0)
        {
            var gone = pinned.LetGo.Sum(l => l.Layers);
            var by = string.Join(" and ", pinned.LetGo.Select(l => $"of {l.Layers} under the retention '--superseded {l.Superseded}' (last at position {l.Position})"));
            await output.WriteLineAsync(
                $"of the {Cells.Count(pinned.Layers, "layer")} that it shows {gone} {(gone == 1 ? "has" : "have")} no bytes any more: 'strata gc' let go {by}. "
                + "Tables show them, nobody can read their chunks; registering the same recordings again brings them back");
        }

        if (pinned.PurgedSegments > 0)
        {
            await output.WriteLineAsync($"{Cells.Count(pinned.PurgedSegments, "segment")} of that state {(pinned.PurgedSegments == 1 ? "was" : "were")} purged since, and nothing can be read of {(pinned.PurgedSegments == 1 ? "it" : "them")}");
        }
    }
}
