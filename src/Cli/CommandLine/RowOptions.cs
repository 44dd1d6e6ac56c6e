using System.Collections.Immutable;
using System.CommandLine;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Which rows of a table, and in which order.</summary>
internal sealed class RowOptions
{
    private readonly Option<string?> _where = new("--where") { Description = "Only rows for which this holds, such as 'tracking_error:mean < 0.13 and not layers contains \"quality\"'", HelpName = "EXPR" };
    private readonly Option<string?> _sort = new("--sort") { Description = "Sort by this column, or by several with commas between them; with a leading '-' downwards; rows without a value come last", HelpName = "COLUMN" };
    private readonly Option<int?> _limit = new("--limit") { Description = "At most so many rows", HelpName = "N" };
    private readonly Option<int?> _offset = new("--offset") { Description = "Pass over so many rows before them", HelpName = "N" };

    public void AddTo(Command command)
    {
        command.Options.Add(_where);
        command.Options.Add(_sort);
        command.Options.Add(_limit);
        command.Options.Add(_offset);
    }

    /// <exception cref="UsageException">The condition cannot be read.</exception>
    public (string? Where, string[]? Sort, int? Limit, int? Offset) Read(CommandContext context)
    {
        var where = context.Value(_where);
        try
        {
            _ = where is null ? null : RowCondition.Parse(where);
        }
        catch (ExpressionException e)
        {
            throw new UsageException($"--where: {e.Message}", "--where 'quality:tracking_good = false'");
        }

        return (where, context.Value(_sort)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), context.Value(_limit), context.Value(_offset));
    }

    /// <summary>Who asks for rows by a column wants to see it: it comes right behind the first one.</summary>
    public static TableShape Showing(TableShape shape, TableResponse table, string? where, IReadOnlyList<string>? sort)
    {
        var columns = new ExpressionColumns([.. table.Columns.Select(c => new ExpressionColumn(c.Name, ExpressionType.Unknown, IsList: true))]);
        var asked = Named(columns, where).Concat((sort ?? []).Select(s => s.TrimStart('-')).Where(columns.Knows).Select(columns.Require))
            .Distinct().Select(i => columns.All[i].Name).Where(name => name != shape.First[0]).ToList();
        return shape with { First = [shape.First[0], .. asked, .. shape.First.Skip(1)], Always = Math.Max(shape.Always, 1 + asked.Count) };
    }

    /// <summary>The types are the server's business: where the condition does not fit without them, nothing is moved.</summary>
    private static ImmutableArray<int> Named(ExpressionColumns columns, string? where)
    {
        try
        {
            return where is null ? [] : RowCondition.Parse(where).Bind(columns).Columns;
        }
        catch (ExpressionException)
        {
            return [];
        }
    }

    /// <summary>How many there are, where not all that was asked for is shown.</summary>
    public static Task WriteRestAsync(CommandContext context, TableResponse table) =>
        !context.Json && table.Matched is { } matched && matched > table.Rows.EnumerateArray().Count()
            ? context.Terminal.Error.WriteLineAsync($"{Cells.Count(table.Rows.EnumerateArray().Count(), "row")} of {matched}; --limit and --offset choose which")
            : Task.CompletedTask;
}
