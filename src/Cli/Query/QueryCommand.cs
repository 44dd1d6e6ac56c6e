using System.CommandLine;
using System.Globalization;
using System.IO.Pipelines;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Web;
using TimelineKind = Strata.Rrd.TimelineKind;

namespace Strata.Cli;

internal sealed class QueryCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Option<string?> _index = new("--index", "-i") { Description = "The index whose values are the rows: a timeline of the dataset", HelpName = "INDEX" };
    private readonly Option<bool> _static = new("--static") { Description = "Static values instead: one row a segment" };
    private readonly Option<string[]> _contents = new("--contents", "-c") { Description = "Which columns: /arm, /arm/**, -/arm/camera/**, /arm:Scalars:scalars, property:…; may be given again [default: all but properties]", HelpName = "EXPR" };
    private readonly Option<string[]> _segments = new("--segment", "-s") { Description = "Only this segment; may be given again", HelpName = "ID" };
    private readonly Option<bool> _latestAt = new("--latest-at") { Description = "Cells without a value of their own show the last one before them" };
    private readonly Option<string?> _from = IndexValues.Option("--from", "Rows from this value of the index on");
    private readonly Option<string?> _to = IndexValues.Option("--to", "Rows up to this value of the index, itself included");
    private readonly Option<string[]> _at = new("--at") { Description = "A row at just this value of the index, whether anything was logged then or not; may be given again", HelpName = "VALUE" };
    private readonly Option<bool> _csv = new("--csv") { Description = "Print comma-separated values" };
    private readonly Option<string?> _arrow = new("--arrow") { Description = "Write an Arrow IPC stream to this file; - is standard output", HelpName = "FILE" };
    private readonly Option<string?> _asOf = AsOfOption.Create();

    public QueryCommand(CommandParts parts)
        : base(parts, "query", "The rows of recordings, as Rerun's reader gives them", "query my_robot --index real_time --contents \"/action/**\" --csv")
    {
        Arguments.Add(_dataset);
        foreach (var option in new Option[] { _index, _static, _contents, _segments, _latestAt, _from, _to, _at, _csv, _arrow, _asOf })
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        RequireOneOutput(context);
        await using var access = await context.OpenAsync(Roles.Reader, cancellationToken);
        using var progress = new ProgressBar(context.Terminal);
        var request = await RequestAsync(context, access.Operations, progress, cancellationToken);
        var plan = await access.Operations.RunAsync(QueryOperation.Route, request, progress, cancellationToken);
        // All rows as of one position, whatever is registered meanwhile.
        var rows = plan.IsPast ? request : request with { AsOf = plan.Position.ToString(CultureInfo.InvariantCulture) };

        var pipe = new Pipe();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var filling = FillAsync(access.Dataframes, rows, pipe.Writer, enough.Token);
        try
        {
            var batches = new ArrowBatchStream(pipe.Reader.AsStream());
            var schema = await batches.ReadSchemaAsync(cancellationToken);
            var counted = new CountedRows(batches, plan.Segments, progress);
            await WriterOf(context, schema).WriteAsync(counted.ReadAsync(cancellationToken), cancellationToken);
            await SayAsync(context, request, counted.Rows, cancellationToken);
        }
        finally
        {
            await enough.CancelAsync();
            await filling;
        }

        return ExitCodes.Done;
    }

    private void RequireOneOutput(CommandContext context)
    {
        if ((context.Json ? 1 : 0) + (context.Value(_csv) ? 1 : 0) + (context.Value(_arrow) is null ? 0 : 1) > 1)
        {
            throw new UsageException("expected one of --json, --csv and --arrow, found several", "run it once for each");
        }

        if (context.Value(_static) && context.Value(_index) is not null)
        {
            throw new UsageException("--static asks for values that are on no index, so it does not go with --index", null);
        }
    }

    private async Task<QueryRequest> RequestAsync(CommandContext context, IOperations operations, ProgressBar progress, CancellationToken cancellationToken)
    {
        var (dataset, asOf) = (context.Value(_dataset), context.Value(_asOf));
        if (context.Value(_index) is null && !context.Value(_static))
        {
            var columns = (await operations.RunAsync(ReadSchemaOperation.Route, new ReadSchemaRequest(dataset, asOf), progress, cancellationToken)).Columns;
            var indexes = columns.Where(c => c.Kind == "index").Select(c => c.Column).ToArray();
            throw new UsageException(
                indexes.Length == 0 ? $"dataset '{dataset}' has no index to query by" : $"which index? dataset '{dataset}' has: {string.Join(", ", indexes)}",
                indexes.Length == 0 ? "--static gives its static values" : $"strata query {ShellWord.Of(dataset)} --index {ShellWord.Of(indexes[0])}, or --static for static values");
        }

        var kind = await KindAsync(context, operations, progress, cancellationToken);
        long? Parse(string option, string? text) => text is null ? null : IndexValues.Parse(option, text, kind);
        return new(
            dataset,
            context.Value(_index),
            asOf,
            context.Value(_contents),
            context.Value(_segments),
            context.Value(_latestAt),
            Parse("--from", context.Value(_from)),
            Parse("--to", context.Value(_to)),
            [.. (context.Value(_at) ?? []).Select(value => IndexValues.Parse("--at", value, kind))]);
    }

    /// <summary>What kind of index it is; null where no value depends on it, and where there is no such index, which the query itself refuses.</summary>
    private async Task<TimelineKind?> KindAsync(CommandContext context, IOperations operations, ProgressBar progress, CancellationToken cancellationToken)
    {
        string?[] values = [context.Value(_from), context.Value(_to), .. context.Value(_at) ?? []];
        if (values.All(value => value is null || IndexValues.IsWholeNumber(value)))
        {
            return null;
        }

        var schema = await operations.RunAsync(ReadSchemaOperation.Route, new ReadSchemaRequest(context.Value(_dataset), context.Value(_asOf)), progress, cancellationToken);
        return schema.Columns.FirstOrDefault(column => column.Kind == "index" && column.Column == context.Value(_index))?.Type switch
        {
            null => null,
            var type when type.StartsWith("Timestamp", StringComparison.Ordinal) => TimelineKind.Timestamp,
            var type when type.StartsWith("Duration", StringComparison.Ordinal) => TimelineKind.Duration,
            _ => TimelineKind.Sequence,
        };
    }

    private IRowWriter WriterOf(CommandContext context, Schema schema)
    {
        if (context.Value(_arrow) is { } file)
        {
            return new ArrowRows(file, schema);
        }

        return context.Json ? new JsonRows(context.Terminal) : context.Value(_csv) ? new CsvRows(context.Terminal, schema) : new RowPreview(context.Terminal, schema, context.Value(_index));
    }

    private async Task SayAsync(CommandContext context, QueryRequest request, long rows, CancellationToken cancellationToken)
    {
        if (context.Value(_arrow) is { } file)
        {
            await context.Terminal.Error.WriteLineAsync($"{Cells.Count(rows, "row")} in {file}");
        }
        else if (rows == 0)
        {
            await EmptyAnswer.WriteAsync(context, "no rows: nothing that was asked for has a value there", $"dataset schema {ShellWord.Of(request.Dataset)}", cancellationToken);
        }
    }

    /// <summary>What ends it is told to whoever reads the rows.</summary>
    private static async Task FillAsync(IDataframeStreams dataframes, QueryRequest request, PipeWriter rows, CancellationToken cancellationToken)
    {
        try
        {
            await dataframes.WriteAsync(request, rows.AsStream(leaveOpen: true), cancellationToken);
            await rows.CompleteAsync();
        }
#pragma warning disable CA1031 // whatever it is, the reader of the rows throws it
        catch (Exception e)
#pragma warning restore CA1031
        {
            await rows.CompleteAsync(e);
        }
    }
}
