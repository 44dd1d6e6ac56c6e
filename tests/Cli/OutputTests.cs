using System.Text.Json;
using Strata.Contracts;

namespace Strata.Cli.Tests;

public sealed class OutputTests
{
    [Theory]
    [InlineData("""["base","quality"]""", "List(Utf8)", "[base, quality]")]
    [InlineData("""[false]""", "List(Boolean)", "[false]")]
    [InlineData("""1739265272123456000""", "Timestamp(ns)", "2025-02-11 09:14:32.123Z")]
    [InlineData("""1739265272123456000""", "UInt64", "1739265272123456000")]
    [InlineData("""[0.17240034800329804]""", "List(Float64)", "[0.1724003]")]
    [InlineData("null", "Utf8", "")]
    public void A_cell_reads_as_a_person_expects(string json, string type, string expected) =>
        Cells.Text(JsonElement.Parse(json), type).ShouldBe(expected);

    [Theory]
    [InlineData("recordings/a.rrd", 20, "recordings/a.rrd")]
    [InlineData("recordings/a.rrd", 6, "…a.rrd")]
    public void Of_a_long_path_the_end_is_shown(string path, int columns, string expected) => Cells.EndOf(path, columns).ShouldBe(expected);

    [Theory]
    [InlineData("no commands", 20, "no commands")]
    [InlineData("no commands", 6, "no co…")]
    public void Of_a_long_reason_the_beginning_is_shown(string reason, int columns, string expected) => Cells.StartOf(reason, columns).ShouldBe(expected);

    [Theory]
    [InlineData("rule 'v': good: found the end at character 5:\n  a <\n     ^", "  a <\n     ^\nstrata: rule 'v': good: found the end at character 5. Next: look\n")]
    [InlineData("it wrote:\n  a line\nand another", "strata: it wrote:   a line and another. Next: look\n")]
    [InlineData("expected ^", "strata: expected ^. Next: look\n")]
    public async Task An_expression_with_its_caret_comes_before_the_line_of_an_error(string message, string shown)
    {
        var (terminal, _, error) = TestTerminal.Create();

        await ErrorLine.WriteAsync(terminal, message, "look");

        error.ToString().ShouldBe(shown);
    }

    [Fact]
    public void A_peak_of_a_single_value_is_seen_in_the_plot()
    {
        var values = new double[10_000];
        values[7_500] = 1;

        var lines = BraillePlot.Lines(values, mark: 0.5, top: 1, columns: 40, rows: 4);

        lines.Count.ShouldBe(4);
        lines.ShouldAllBe(line => line.Length == 40);
        lines[1].Count(c => c != '\u2800').ShouldBeGreaterThanOrEqualTo(20, "the mark is a dashed line over the whole width");
        lines[0][30].ShouldNotBe('\u2800');
        lines[0].Count(c => c != '\u2800').ShouldBeLessThanOrEqualTo(2);
    }

    [Theory]
    [InlineData("NORDA_1c7e", "NORDA_1c7e")]
    [InlineData("my episode", "'my episode'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("", "''")]
    public void A_suggested_command_can_be_pasted(string id, string word) => ShellWord.Of(id).ShouldBe(word);
}
