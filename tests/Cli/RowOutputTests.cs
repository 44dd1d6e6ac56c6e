using Strata.Arrow;

namespace Strata.Cli.Tests;

/// <summary>Rows of a query as text.</summary>
public sealed class RowOutputTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Csv_has_a_head_and_a_line_a_row_with_quotes_where_they_are_needed()
    {
        var (terminal, output, _) = TestTerminal.Create();
        var batch = Batch();

        await new CsvRows(terminal, batch.Schema).WriteAsync(Rows(batch, batch.Slice(1, 1)), Token);

        output.ToString().ShouldBe("rerun_segment_id,frame,/a:v\r\n\"say \"\"so\"\", twice\",1,\"[1,2.5]\"\r\nplain,,\r\nplain,,\r\n");
    }

    [Fact]
    public async Task Json_is_one_array_with_a_line_a_row()
    {
        var (terminal, output, _) = TestTerminal.Create();

        await new JsonRows(terminal).WriteAsync(Rows(Batch(), Batch().Slice(1, 1)), Token);

        output.ToString().ShouldBe("[\n{\"rerun_segment_id\":\"say \\\"so\\\", twice\",\"frame\":1,\"/a:v\":[1,2.5]},\n{\"rerun_segment_id\":\"plain\",\"frame\":null,\"/a:v\":null},\n{\"rerun_segment_id\":\"plain\",\"frame\":null,\"/a:v\":null}\n]\n");
    }

    [Fact]
    public async Task Json_without_rows_is_an_empty_array()
    {
        var (terminal, output, _) = TestTerminal.Create();

        await new JsonRows(terminal).WriteAsync(Rows(), Token);

        output.ToString().ShouldBe("[]\n");
    }

    [Fact]
    public async Task A_table_shows_the_first_rows_and_says_how_many_more_there_are()
    {
        var (terminal, output, error) = TestTerminal.Create();

        await new RowPreview(terminal, Batch().Schema, "frame").WriteAsync(Rows([.. Enumerable.Repeat(Batch(), 15)]), Token);

        output.ToString().Split("plain").Length.ShouldBe(11);
        error.ToString().ShouldStartWith("10 more rows: ");
    }

    [Fact]
    public async Task A_file_that_could_not_be_written_whole_is_not_there()
    {
        var folder = Directory.CreateTempSubdirectory("strata-rows-");

        await Should.ThrowAsync<InvalidDataException>(() => new ArrowRows(Path.Combine(folder.FullName, "rows.arrow"), Batch().Schema).WriteAsync(Broken(), Token));

        folder.GetFiles().ShouldBeEmpty();
        folder.Delete();
    }

    private static RecordBatch Batch()
    {
        var lists = ListArray.From(new Field("item", DoubleType.Default, nullable: true), [0, 2, 2], DoubleArray.From([1, 2.5]), [true, false]);
        IArrowArray[] columns = [StringArray.From("say \"so\", twice", "plain"), Int64Array.From([1, 0], [true, false]), lists];
        string[] names = ["rerun_segment_id", "frame", "/a:v"];
        return new RecordBatch(new Schema(columns.Zip(names, (column, name) => new Field(name, column.DataType, nullable: true))), columns, 2);
    }

    private static IAsyncEnumerable<RecordBatch> Rows(params RecordBatch[] batches) => batches.ToAsyncEnumerable();

    private static async IAsyncEnumerable<RecordBatch> Broken()
    {
        yield return Batch();
        await Task.Yield();
        throw new InvalidDataException("broken off");
    }
}
