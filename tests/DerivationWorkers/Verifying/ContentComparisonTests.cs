using Strata.Arrow;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Two recordings say the same when their rows do, bit by bit, in whatever chunks they lie.</summary>
public sealed class ContentComparisonTests
{
    private const string Place = "entity /a, component Scalars:scalars";

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chunks_row_ids_and_their_order_in_the_file_do_not_count()
    {
        var one = new RecordingBuilder().Add("/a", [1, 2, 3], [[0.1], [0.2], [0.3]]).AddStatic("/s", [7]);
        var other = new RecordingBuilder().AddStatic("/s", [7]).Add("/a", [3], [[0.3]]).Add("/a", [1, 2], [[0.1], [0.2]]);

        (await FirstAsync(one, other)).ShouldBeNull();
    }

    [Fact]
    public async Task Of_two_values_at_one_time_the_order_in_which_they_were_logged_counts()
    {
        var one = new RecordingBuilder().Add("/a", [1], [[0.1]]).Add("/a", [1], [[0.2]]);
        var other = new RecordingBuilder().Add("/a", [1], [[0.2]]).Add("/a", [1], [[0.1]]);

        (await FirstAsync(one, other)).ShouldNotBeNull().Place.ShouldBe($"{Place}, row 1 of 2 (real_time = 1), value 1");
    }

    [Theory]
    [InlineData(0.0, -0.0, "0 (0x0000000000000000)", "-0 (0x8000000000000000)")]
    [InlineData(double.NaN, 1.0, "NaN (0xfff8000000000000)", "1 (0x3ff0000000000000)")]
    public async Task Numbers_are_compared_bit_by_bit(double expected, double found, string expectedWords, string foundWords)
    {
        var difference = await FirstAsync(new RecordingBuilder().Add("/a", [1], [[5, expected]]), new RecordingBuilder().Add("/a", [1], [[5, found]]));

        difference.ShouldBe(new ContentDifference(expectedWords, foundWords, $"{Place}, row 1 of 1 (real_time = 1), value 2"));
    }

    [Fact]
    public async Task A_number_that_is_none_is_equal_to_itself() =>
        (await FirstAsync(new RecordingBuilder().Add("/a", [1], [[double.NaN]]), new RecordingBuilder().Add("/a", [1], [[double.NaN]]))).ShouldBeNull();

    [Fact]
    public async Task Another_time_is_told_with_both()
    {
        var difference = await FirstAsync(new RecordingBuilder().Add("/a", [1, 2], [[1], [2]]), new RecordingBuilder().Add("/a", [1, 3], [[1], [2]]));

        difference.ShouldBe(new ContentDifference("real_time = 2", "real_time = 3", $"{Place}, row 2 of 2"));
    }

    [Fact]
    public async Task A_row_that_is_missing_and_one_too_many_values_are_told()
    {
        (await FirstAsync(new RecordingBuilder().Add("/a", [1, 2], [[1], [2]]), new RecordingBuilder().Add("/a", [1], [[1]]))).ShouldBe(new ContentDifference("2 rows", "1 rows", Place));
        (await FirstAsync(new RecordingBuilder().Add("/a", [1], [[1]]), new RecordingBuilder().Add("/a", [1], [[1, 2]])))
            .ShouldBe(new ContentDifference("1 values", "2 values", $"{Place}, row 1 of 1 (real_time = 1)"));
    }

    [Fact]
    public async Task An_entity_that_one_of_them_lacks_is_told_either_way()
    {
        var (less, more) = (new RecordingBuilder().Add("/a", [1], [[1]]), new RecordingBuilder().Add("/a", [1], [[1]]).Add("/b", [1], [[1]]));

        (await FirstAsync(more, less)).ShouldBe(new ContentDifference("it is there", "it is not there", "entity /b, component Scalars:scalars"));
        (await FirstAsync(less, more)).ShouldBe(new ContentDifference("it is not there", "it is there", "entity /b, component Scalars:scalars"));
    }

    [Fact]
    public async Task An_empty_list_is_a_value_and_a_null_list_is_none()
    {
        var (cleared, nothing, none) = (
            new RecordingBuilder().Add("/a", [1, 2], new double?[]?[] { [1], [] }),
            new RecordingBuilder().Add("/a", [1, 2], new double?[]?[] { [1], null }),
            new RecordingBuilder().Add("/a", [1], new double?[]?[] { [1] }));

        (await FirstAsync(nothing, none)).ShouldBeNull();
        (await FirstAsync(cleared, none)).ShouldBe(new ContentDifference("2 rows", "1 rows", Place));
    }

    [Fact]
    public async Task The_same_numbers_of_another_type_are_a_difference()
    {
        var floats = ListArray.OfUniformLength(FloatArray.From([1f]), 1);
        var other = new RecordingBuilder().Add("/a", [new TimeColumn("real_time", TimelineTypes.ArrayOf(TimelineKind.Timestamp, [1]))], 1, floats);

        (await FirstAsync(new RecordingBuilder().Add("/a", [1], [[1]]), other)).ShouldNotBeNull().Place.ShouldBe($"{Place}, row 1 of 1 (real_time = 1)");
    }

    private static async Task<ContentDifference?> FirstAsync(RecordingBuilder expected, RecordingBuilder found) =>
        ContentComparison.First(await ReadAsync(expected), await ReadAsync(found), skips: _ => false, Stopped);

    private static Task<RecordingContent> ReadAsync(RecordingBuilder recording) => RecordingContent.ReadAsync(new MemoryBytes(recording.ToRrd()), Stopped);
}
