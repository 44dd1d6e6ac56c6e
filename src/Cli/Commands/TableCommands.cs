using System.CommandLine;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

internal sealed class SegmentsCommand : StrataCommand
{
    /// <summary>However narrow it is: id, layers and quality.</summary>
    private static readonly TableShape Shape = new(
        ["rerun_segment_id", "rerun_layer_names", "property:quality:*", "property:tracking_error:mean", "property:tracking_error:*"], Always: 3);

    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Option<string?> _asOf = AsOfOption.Create();
    private readonly Option<string[]> _segments = new("--segment", "-s") { Description = "Only this segment; may be given again", HelpName = "ID" };
    private readonly RowOptions _rows = new();

    public SegmentsCommand(CommandParts parts)
        : base(parts, "segments", "The segment table: one row a segment", "segments my_robot --where \"not quality:tracking_good or tracking_error:max > 0.5\" --sort -tracking_error:mean --limit 10")
    {
        Arguments.Add(_dataset);
        Options.Add(_asOf);
        Options.Add(_segments);
        _rows.AddTo(this);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (where, sort, limit, offset) = _rows.Read(context);
        var request = new ListSegmentsRequest(context.Value(_dataset), context.Value(_asOf), context.Value(_segments), Where: where, Sort: sort, Limit: limit, Offset: offset);
        var table = await context.RunAsync(Roles.Reader, ListSegmentsOperation.Route, request, cancellationToken);
        var isPart = table.Matched is not null || request.AsOf is not null || request.Segments is { Count: > 0 };
        await TablePrinting.PrintAsync(context, table, RowOptions.Showing(Shape, table, where, sort), request.Dataset, isPart, cancellationToken);
        await RowOptions.WriteRestAsync(context, table);
        await PurgedSince.WriteAsync(context.Terminal, context.Json ? [] : table.Purged ?? []);
        return ExitCodes.Done;
    }
}

internal sealed class ManifestCommand : StrataCommand
{
    /// <summary>However narrow it is: id and layer.</summary>
    private static readonly TableShape Shape = new(["rerun_segment_id", "rerun_layer_name", "rerun_registration_time", "rerun_num_chunks", "rerun_size_bytes"], Always: 2);

    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Option<string?> _asOf = AsOfOption.Create();
    private readonly Option<string[]> _segments = new("--segment", "-s") { Description = "Only this segment; may be given again", HelpName = "ID" };
    private readonly RowOptions _rows = new();

    public ManifestCommand(CommandParts parts)
        : base(parts, "manifest", "The dataset manifest: one row a layer", "manifest my_robot --segment episode_7")
    {
        Arguments.Add(_dataset);
        Options.Add(_asOf);
        Options.Add(_segments);
        _rows.AddTo(this);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (where, sort, limit, offset) = _rows.Read(context);
        var request = new ReadManifestRequest(context.Value(_dataset), context.Value(_asOf), context.Value(_segments), where, sort, limit, offset);
        var table = await context.RunAsync(Roles.Reader, ReadManifestOperation.Route, request, cancellationToken);
        var isPart = table.Matched is not null || request.AsOf is not null || request.Segments is { Count: > 0 };
        await TablePrinting.PrintAsync(context, table, RowOptions.Showing(Shape, table, where, sort), request.Dataset, isPart, cancellationToken);
        await RowOptions.WriteRestAsync(context, table);
        return ExitCodes.Done;
    }
}

internal static class AsOfOption
{
    public static Option<string?> Create(string name = "--as-of", string description = "As it was at a log position or a time; DATASET[POSITION|TIME] says the same")
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "POSITION|TIME" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && Moment.TryParse(text) is null)
            {
                result.AddError($"{option.Name}: expected {Moment.Expected}, found '{text}'");
            }
        });
        return option;
    }
}

internal static class TablePrinting
{
    /// <param name="isPart">Whether only some rows were asked for, or a past state.</param>
    public static async Task PrintAsync(CommandContext context, TableResponse table, TableShape shape, string dataset, bool isPart, CancellationToken cancellationToken)
    {
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, table.Rows, cancellationToken);
            return;
        }

        if (table.Rows.EnumerateArray().Any())
        {
            TableOutput.Write(context.Terminal, table, shape);
            await ClashesAsync(context.Terminal, table, cancellationToken);
            return;
        }

        var words = isPart ? $"nothing of dataset '{dataset}' is what was asked for" : $"dataset '{dataset}' holds nothing{(EmptyAnswer.IsMoment(dataset) ? "" : " yet")}";
        await EmptyAnswer.WriteAsync(context, words, EmptyAnswer.NextOfDataset(dataset, isPart), cancellationToken);
    }

    private static async Task ClashesAsync(Terminal terminal, TableResponse table, CancellationToken cancellationToken)
    {
        foreach (var column in table.Columns)
        {
            if (column.Clash is { } clash)
            {
                await terminal.Error.WriteLineAsync($"{column.Name} is the property at {clash.EntityPath}: its name {clash.Name} was taken by another one".AsMemory(), cancellationToken);
            }
        }
    }
}
