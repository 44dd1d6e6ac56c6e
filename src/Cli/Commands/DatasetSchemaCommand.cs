using System.CommandLine;
using Strata.Web;

namespace Strata.Cli;

internal sealed class DatasetSchemaCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Option<string?> _asOf = AsOfOption.Create();

    public DatasetSchemaCommand(CommandParts parts)
        : base(parts, "schema", "The columns that a reader of the dataset has", "dataset schema my_robot")
    {
        Arguments.Add(_dataset);
        Options.Add(_asOf);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new ReadSchemaRequest(context.Value(_dataset), context.Value(_asOf));
        var schema = await context.RunAsync(Roles.Reader, ReadSchemaOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, schema.Columns, ApiJson.Default.IReadOnlyListSchemaColumn, cancellationToken);
        }
        else if (schema.Columns.Count == 0)
        {
            await EmptyAnswer.WriteAsync(context, $"dataset '{request.Dataset}' holds nothing{(EmptyAnswer.IsMoment(request.Dataset) || request.AsOf is not null ? "" : " yet")}", EmptyAnswer.NextOfDataset(request.Dataset, request.AsOf is not null), cancellationToken);
        }
        else
        {
            TableOutput.Write(context.Terminal, ["column", "type", "kind"], schema.Columns.Select(c => new[] { c.Column, c.Type, c.Kind }));
        }

        return ExitCodes.Done;
    }
}
