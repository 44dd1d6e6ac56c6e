using System.CommandLine;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

internal sealed class UnregisterCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Option<string[]> _segments = new("--segment", "-s") { Description = "Only this segment; may be given again", HelpName = "ID" };
    private readonly Option<string[]> _layers = new("--layer") { Description = "Only this layer; may be given again", HelpName = "NAME" };
    private readonly Option<bool> _all = new("--all") { Description = "Every layer of every segment" };

    public UnregisterCommand(CommandParts parts)
        : base(parts, "unregister", "Take layers out of the catalog; the log keeps what was", "unregister my_robot --segment episode_7 --layer quality")
    {
        Arguments.Add(_dataset);
        Options.Add(_segments);
        Options.Add(_layers);
        Options.Add(_all);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (segments, layers) = (context.Value(_segments) ?? [], context.Value(_layers) ?? []);
        if (segments.Length == 0 && layers.Length == 0 && !context.Value(_all))
        {
            throw new UsageException("unregister: name what is to go", "--segment ID, --layer NAME, or --all for the whole dataset");
        }

        await using var access = await context.OpenAsync(Roles.Worker, cancellationToken);
        using var progress = new ProgressBar(context.Terminal);
        var request = new UnregisterRequest(context.Value(_dataset), segments, layers, Wait: access.InProcess);
        var answer = await access.Operations.RunAsync(UnregisterOperation.Route, request, progress, cancellationToken);
        progress.Dispose();
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, answer.Removed, ApiJson.Default.IReadOnlyListRemovedLayer, cancellationToken);
        }
        else if (answer.Removed.Count == 0)
        {
            await ErrorLine.WriteAsync(context.Terminal, $"nothing of dataset '{request.Dataset}' matches; nothing was changed", $"strata {context.DataOption}manifest {ShellWord.Of(request.Dataset)}");
        }
        else
        {
            TableOutput.Write(context.Terminal, ["segment", "layer"], answer.Removed.Select(r => new[] { r.Segment, r.Layer }));
        }

        return answer.Removed.Count == 0 ? ExitCodes.Failed : ExitCodes.Done;
    }
}
