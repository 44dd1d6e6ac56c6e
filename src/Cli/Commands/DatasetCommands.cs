using System.CommandLine;
using Strata.Web;

namespace Strata.Cli;

internal sealed class DatasetCreateCommand : StrataCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "Letters, digits, space and _ - . : [ ]" };
    private readonly Option<string> _rules = ChoiceOption.Of("--rules", "Rules to begin with", RuleSets.HowTo, RuleSets.None);
    private readonly Option<string> _keep = ChoiceOption.Of("--keep", "How the bytes of its recordings are kept", "auto", "copy", "reference");

    public DatasetCreateCommand(CommandParts parts)
        : base(parts, "create", "Create a dataset", "dataset create my_robot --rules howto")
    {
        Arguments.Add(_name);
        Options.Add(_rules);
        Options.Add(_keep);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new CreateDatasetRequest(context.Value(_name), context.Value(_keep)!, context.Value(_rules)!);
        var created = await context.RunAsync(Roles.Registrar | Roles.Projections, CreateDatasetOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, created, ApiJson.Default.CreateDatasetResponse, cancellationToken);
        }
        else
        {
            await context.Terminal.Out.WriteLineAsync(created.Created ? $"created dataset '{created.Name}' ({created.Id})" : $"dataset '{created.Name}' ({created.Id}) was there already");
        }

        return ExitCodes.Done;
    }
}

internal sealed class DatasetListCommand : StrataCommand
{
    public DatasetListCommand(CommandParts parts)
        : base(parts, "list", "List datasets", "dataset list --json")
    {
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var list = await context.RunAsync(Roles.Reader, ListDatasetsOperation.Route, new ListDatasetsRequest(), cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, list.Datasets, ApiJson.Default.IReadOnlyListDatasetListing, cancellationToken);
        }
        else if (list.Datasets.Count == 0)
        {
            await EmptyAnswer.WriteAsync(context, "there are no datasets", "register RECORDINGS --dataset NAME", cancellationToken);
        }
        else
        {
            var names = list.Datasets.ToDictionary(d => d.Id, d => d.Name);
            TableOutput.Write(
                context.Terminal,
                ["name", "id", "keep", "superseded", "rules", "created", "shows"],
                list.Datasets.Select(d => new[] { d.Name, d.Id, d.Keep, d.Superseded, $"{d.Rules}", Cells.Time(d.CreatedAtNs), d.AsOf is { } position ? $"{names.GetValueOrDefault(d.PinOf!, d.PinOf!)}[{position}]" : "" }));
        }

        return ExitCodes.Done;
    }
}
