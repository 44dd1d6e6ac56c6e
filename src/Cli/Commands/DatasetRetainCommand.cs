using System.CommandLine;
using Strata.Web;

namespace Strata.Cli;

internal sealed class DatasetRetainCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Option<string> _superseded = new("--superseded")
    {
        Description = "How long the bytes of a layer are kept after it was replaced or unregistered: forever, 0, or a number with s, m, h or d",
        HelpName = "forever|30d|0",
        Required = true,
    };

    public DatasetRetainCommand(CommandParts parts)
        : base(parts, "retain", "Say how long superseded bytes are kept before 'strata gc' may remove them", "dataset retain my_robot --superseded 30d")
    {
        Arguments.Add(_dataset);
        Options.Add(_superseded);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new RetainDatasetRequest(context.Value(_dataset), context.Value(_superseded)!);
        var retained = await context.RunAsync(Roles.Registrar | Roles.Projections, RetainDatasetOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, retained, ApiJson.Default.RetainDatasetResponse, cancellationToken);
        }
        else
        {
            await context.Terminal.Out.WriteLineAsync(retained.SupersededForNs is { } kept
                ? $"superseded bytes of dataset '{retained.Name}' are kept for {RetentionText.Of(kept)}; then 'strata gc' removes those that no pin shows"
                : $"superseded bytes of dataset '{retained.Name}' are kept for ever");
        }

        return ExitCodes.Done;
    }
}
