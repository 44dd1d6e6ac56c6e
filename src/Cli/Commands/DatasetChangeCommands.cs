using System.CommandLine;
using Strata.Web;

namespace Strata.Cli;

internal sealed class DatasetRenameCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Argument<string> _name = new("NAME") { Description = "Letters, digits, space and _ - . : [ ]" };

    public DatasetRenameCommand(CommandParts parts)
        : base(parts, "rename", "Give a dataset another name; its id and all that is in it stay", "dataset rename my_robot arm_cell_7")
    {
        Arguments.Add(_dataset);
        Arguments.Add(_name);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new RenameDatasetRequest(context.Value(_dataset), context.Value(_name));
        var renamed = await context.RunAsync(Roles.Registrar | Roles.Projections, RenameDatasetOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, renamed, ApiJson.Default.RenameDatasetResponse, cancellationToken);
        }
        else
        {
            await context.Terminal.Out.WriteLineAsync(
                renamed.Changed ? $"dataset '{request.Dataset}' is called '{renamed.Name}' now ({renamed.Id})" : $"dataset '{renamed.Name}' ({renamed.Id}) was called so already");
        }

        return ExitCodes.Done;
    }
}

internal sealed class DatasetDeleteCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };

    public DatasetDeleteCommand(CommandParts parts)
        : base(parts, "delete", "Delete a dataset; the log keeps what was", "dataset delete my_robot")
    {
        Arguments.Add(_dataset);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new DeleteDatasetRequest(context.Value(_dataset));
        var deleted = await context.RunAsync(Roles.Registrar | Roles.Projections, DeleteDatasetOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, deleted, ApiJson.Default.DeleteDatasetResponse, cancellationToken);
        }
        else
        {
            await context.Terminal.Out.WriteLineAsync(
                $"deleted dataset '{deleted.Name}' ({deleted.Id}); `strata segments \"{deleted.Name}\" --as-of {deleted.Position - 1}` shows what it held");
        }

        return ExitCodes.Done;
    }
}
