using System.Text.Json;
using System.Text.RegularExpressions;
using Strata.Web;

namespace Strata.Cli.Tests;

public sealed partial class TableOutputTests
{
    private static readonly TableShape Shape = new(["rerun_segment_id", "rerun_layer_names", "property:quality:*", "property:tracking_error:mean"], Always: 3);

    private static TableResponse Segments { get; } = new(
        [
            new("rerun_size_bytes", "UInt64"), new("rerun_layer_names", "List(Utf8)"), new("rerun_segment_id", "Utf8"), new("property:tracking_error:max", "List(Float64)"),
            new("property:tracking_error:mean", "List(Float64)"), new("property:quality:tracking_good", "List(Boolean)"),
        ],
        JsonElement.Parse(
            """
            [{"rerun_size_bytes":4711,"rerun_layer_names":["base","tracking_error","quality"],"rerun_segment_id":"NORDA_1c7e09b2_2025_02_11_09h_14m_32s",
              "property:tracking_error:max":[0.27],"property:tracking_error:mean":[0.17],"property:quality:tracking_good":[false]}]
            """),
        Position: 1);

    [Theory]
    [InlineData(200)]
    [InlineData(100)]
    [InlineData(80)]
    [InlineData(60)]
    [InlineData(30)]
    public void However_narrow_the_terminal_id_layers_and_quality_come_first_and_no_line_is_too_long(int width)
    {
        var (table, _) = Write(width);

        table.ShouldAllBe(line => line.Length <= width);
        string.Concat(Cells(table, 0)).ShouldBe("rerun_segment_idNORDA_1c7e09b2_2025_02_11_09h_14m_32s");
        string.Concat(Cells(table, 1)).Replace(" ", "").ShouldBe("rerun_layer_names[base,tracking_error,quality]");
        string.Concat(Cells(table, 2)).ShouldBe("property:quality:tracking_good[false]");
    }

    [Theory]
    [InlineData("tracking_error_max > 0.2 and rerun_size_bytes < 1e6", null, "rerun_size_bytes", "property:tracking_error:max")]
    [InlineData(null, "-tracking_error:max", "property:tracking_error:max", "rerun_layer_names")]
    [InlineData("rerun_segment_id startsWith 'NORDA'", "nosuch", "rerun_layer_names", "property:quality:tracking_good")]
    [InlineData(null, null, "rerun_layer_names", "property:quality:tracking_good")]
    public void What_rows_are_asked_for_by_comes_right_behind_the_id(string? where, string? sort, string second, string third)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        TableOutput.Write(new Terminal(output, error, outputIsTerminal: true, errorIsTerminal: true, width: 100), Segments, RowOptions.Showing(Shape, Segments, where, sort is null ? null : [sort]));

        string.Concat(Cells(Lines(output), 1)).Replace(" ", "").ShouldStartWith(second);
        string.Concat(Cells(Lines(output), 2)).Replace(" ", "").ShouldStartWith(third);
    }

    [Fact]
    public void A_usual_terminal_breaks_no_segment_id()
    {
        Write(80).Table.ShouldContain(line => line.Contains("NORDA_1c7e09b2_2025_02_11_09h_14m_32s", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(140, "1 more column with --json: property:tracking_error:max")]
    [InlineData(100, "3 more columns with --json: property:tracking_error:{mean, max}, rerun_size_bytes")]
    [InlineData(null, "3 more columns with --json: property:tracking_error:{mean, max}, rerun_size_bytes")]
    public void Every_column_that_is_left_out_is_named(int? width, string words) => Write(width).Words.ShouldBe(words);

    [Fact]
    public void Into_a_pipe_the_layout_is_that_of_a_terminal_of_100_columns_whatever_the_terminal_on_which_the_words_appear()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        TableOutput.Write(new Terminal(output, error, outputIsTerminal: false, errorIsTerminal: true, width: 40), Segments, Shape);

        Lines(output).ShouldBe(Write(100).Table);
    }

    [Fact]
    public void Into_a_pipe_nothing_is_cut_of_a_table_of_few_columns()
    {
        var (terminal, output, _) = TestTerminal.Create();
        var text = new string('x', 500);

        TableOutput.Write(terminal, ["a", "b"], [[text, text]]);

        Lines(output).Count(line => line.Contains(text + " │ " + text, StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void Where_a_table_must_give_way_the_long_cells_do_and_the_short_ones_stay_whole()
    {
        var (terminal, output, _) = TestTerminal.Create(width: 40);

        TableOutput.Write(terminal, ["rule", "parameters"], [["tracking_error", "{" + new string('x', 100) + "}"]]);

        Lines(output).ShouldAllBe(line => line.Length <= 40);
        Lines(output).ShouldContain(line => line.Contains(" tracking_error ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_difference_of_long_values_is_shown_around_the_place_that_differs()
    {
        var (terminal, output, error) = TestTerminal.Create();
        var (left, right) = (new string('a', 5_000) + "b" + new string('a', 5_000), new string('a', 10_001));

        await DifferenceOutput.WriteAsync(
            terminal, [new("table layers, row from_position 3, column delta", ("was", left), ("log says", right))], TestContext.Current.CancellationToken);

        Lines(output).ShouldBe(
        [
            "table layers, row from_position 3, column delta",
            $"  was       …{new string('a', 20)}b{new string('a', 59)}…",
            $"  log says  …{new string('a', 80)}…",
        ]);
        error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reason_is_shown_to_its_end_where_it_is_asked_for()
    {
        var (terminal, output, _) = TestTerminal.Create();
        var reason = $"the file {new string('a', 300)} is missing: there is no such file";

        await DifferenceOutput.WriteAsync(terminal, [new("segment s", ("expected", "the bytes"), ("found", reason))], TestContext.Current.CancellationToken, excerpt: 2_000);

        Lines(output)[^1].ShouldBe($"  found     {reason}");
    }

    [Fact]
    public async Task Of_thousands_of_differences_the_first_hundred_are_shown_and_the_others_counted()
    {
        var (terminal, output, error) = TestTerminal.Create();

        await DifferenceOutput.WriteAsync(
            terminal, [.. Enumerable.Range(0, 1_100).Select(i => new ShownDifference($"row {i}", ("was", "a"), ("log says", "b")))], TestContext.Current.CancellationToken);

        Lines(output).Count(line => line.StartsWith("row ", StringComparison.Ordinal)).ShouldBe(100);
        error.ToString().TrimEnd().ShouldBe("1,000 more differences with --json");
    }

    private static (string[] Table, string Words) Write(int? width)
    {
        var (terminal, output, error) = TestTerminal.Create(width);
        TableOutput.Write(terminal, Segments, Shape);
        return (Lines(output), error.ToString().TrimEnd());
    }

    /// <summary>Without colours: what counts is where the letters stand.</summary>
    private static string[] Lines(StringWriter output) => Colours().Replace(output.ToString(), "").TrimEnd().ReplaceLineEndings("\n").Split('\n');

    [GeneratedRegex("\\u001b\\[[0-9;]*m", RegexOptions.CultureInvariant)]
    private static partial Regex Colours();

    /// <summary>The pieces of one column, from top to bottom.</summary>
    private static IEnumerable<string> Cells(string[] table, int column) =>
        table.Where(line => line.StartsWith('│')).Select(line => line.Split('│')[column + 1].Trim());
}
