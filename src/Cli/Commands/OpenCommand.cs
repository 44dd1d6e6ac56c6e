using System.CommandLine;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What <c>strata open --json</c> prints.</summary>
/// <param name="Url">What the Viewer opens.</param>
internal sealed record OpenLine(string Url, string Server, string Dataset, string DatasetId, string? Segment);

/// <summary>A dataset or a segment in Rerun's Viewer, which asks the running server for it.</summary>
internal sealed class OpenCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Argument<string?> _segment = new("SEGMENT") { Description = "Segment by id [default: the page that lists them]", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _print = new("--print") { Description = "Only print the link and start no Viewer, as --json does" };

    public OpenCommand(CommandParts parts)
        : base(parts, "open", "Open a dataset or a segment in Rerun's Viewer", "open my_robot episode_7")
    {
        Arguments.Add(_dataset);
        Arguments.Add(_segment);
        Options.Add(_print);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var server = Running(context);
        var line = await FindAsync(context, server, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, line, CliJson.Default.OpenLine, cancellationToken);
            return ExitCodes.Done;
        }

        await context.Terminal.Out.WriteLineAsync(line.Url.AsMemory(), cancellationToken);
        return context.Value(_print) ? ExitCodes.Done : await ShowAsync(context, server, line.Url, cancellationToken);
    }

    /// <exception cref="OperationException">No server holds the data directory: a link would lead nowhere.</exception>
    private static RunningServer Running(CommandContext context)
    {
        if (RunningServer.Read(context.Data) is { } server)
        {
            // A crash leaves the file; only the lock tells whether somebody serves.
            using var free = DataDirectoryLock.TryTake(context.Data);
            if (free is null)
            {
                return server;
            }
        }

        throw new OperationException(OperationErrors.NotFound, $"no server runs on {context.Data.Path}, and a Viewer needs one", $"strata {context.DataOption}serve, in another terminal");
    }

    private async Task<OpenLine> FindAsync(CommandContext context, RunningServer server, CancellationToken cancellationToken)
    {
        var (dataset, segment) = (context.Value(_dataset), context.Value(_segment));
        using var operations = new HttpOperations(context.Data, server);
        var entry = await operations.RunAsync(ReadDatasetOperation.Route, new ReadDatasetRequest(dataset), NoProgress.Instance, cancellationToken);
        if (segment is not null)
        {
            var table = await operations.RunAsync(ListSegmentsOperation.Route, new ListSegmentsRequest(dataset, Segments: [segment]), NoProgress.Instance, cancellationToken);
            if (!table.Rows.EnumerateArray().Any())
            {
                throw new OperationException(OperationErrors.NotFound, $"dataset '{dataset}' has no segment '{segment}'", $"strata {context.DataOption}segments {ShellWord.Of(dataset)}");
            }
        }

        return new(CatalogLink.Of(server.Url, entry.Id, segment), CatalogLink.Of(server.Url), entry.Name, entry.Id, segment);
    }

    private static async Task<int> ShowAsync(CommandContext context, RunningServer server, string link, CancellationToken cancellationToken)
    {
        if (ViewerProgram.Find() is not { } viewer)
        {
            await context.Terminal.Error.WriteLineAsync(
                $"'{ViewerProgram.Name}' is not on the PATH: pip install rerun-sdk brings it; or paste the link into an open Viewer".AsMemory(), cancellationToken);
            return ExitCodes.Done;
        }

        if (server.RequiresToken && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("REDAP_TOKEN")))
        {
            await context.Terminal.Error.WriteLineAsync(
                $"this server asks for a token: REDAP_TOKEN=$(strata {context.DataOption}token create --read) hands one to the Viewer".AsMemory(), cancellationToken);
        }

        return await ViewerProgram.RunAsync(viewer, link, cancellationToken) is 0
            ? ExitCodes.Done
            : throw new OperationException(OperationErrors.Internal, $"{viewer} ended with an error", "what it printed above says why");
    }
}
