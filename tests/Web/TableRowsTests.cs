using System.Text.Json;
using Strata.Arrow;

namespace Strata.Web.Tests;

public sealed class TableRowsTests
{
    private static readonly Field Id = new("rerun_segment_id", StringType.Default, nullable: false);
    private static readonly Field Updated = new("rerun_last_updated_at", TimestampType.Nanosecond, nullable: false);
    private static readonly Field Started = new("started \"at\"", new TimestampType(TimeUnit.Second, null), nullable: true);

    private static readonly TableResponse Table = RecordBatchJson.ToTable(
        new RecordBatch(
            new Schema([Id, Updated, Started]),
            [
                StringArray.From(["episode_1", "ä"]),
                TimestampArray.From(TimestampType.Nanosecond, [1_739_265_272_123_456_789, long.MinValue]),
                TimestampArray.From((TimestampType)Started.DataType, [1_739_265_272, 0], [true, false]),
            ],
            2),
        position: 7);

    private static string Expected =>
        """
        [{"rerun_segment_id":"episode_1","rerun_last_updated_at":1739265272123456789,"started \u0022at\u0022":1739265272000000000},{"rerun_segment_id":"\u00E4","rerun_last_updated_at":-9223372036854775808,"started \u0022at\u0022":null}]
        """;

    [Fact]
    public void A_table_written_from_its_columns_is_the_same_JSON_as_one_that_was_parsed()
    {
        var written = JsonSerializer.Serialize(Table, ApiJson.Default.TableResponse);
        written.ShouldContain($"\"rows\":{Expected}");

        var read = JsonSerializer.Deserialize(written, ApiJson.Default.TableResponse)!;
        JsonSerializer.Serialize(read, ApiJson.Default.TableResponse).ShouldBe(written);
    }

    [Fact]
    public void Rows_in_this_process_are_read_as_those_that_came_over_the_wire()
    {
        Table.Rows.EnumerateArray().Select(row => row.GetProperty("rerun_segment_id").GetString()).ShouldBe(["episode_1", "ä"]);
        Table.Rows.ToJsonElement().GetRawText().ShouldBe(Expected);
    }
}
