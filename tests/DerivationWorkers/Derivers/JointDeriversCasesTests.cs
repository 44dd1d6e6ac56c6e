using Strata.Contracts;
using TimelineKind = Strata.Rrd.TimelineKind;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What holds of all derivers that look at the joints of one side.</summary>
public class JointDeriversCasesTests
{
    private const string Entity = "/observation/joint_positions";

    private static readonly Dictionary<string, IDeriver> Derivers = new IDeriver[] { new MotionDeriver(), new StaticJointsDeriver(), new RangeDeriver(), new SmoothnessDeriver() }
        .ToDictionary(d => d.Name, StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Derivers.Keys];

    public static TheoryData<string> NeedingSeconds => ["motion", "static_joints", "smoothness"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Deriving_twice_gives_the_same_bytes(string name)
    {
        var file = await File.ReadAllBytesAsync(TestRecordings.Sample(TestRecordings.SampleSegments[0]), TestContext.Current.CancellationToken);

        var first = (await DerivedProperty.DeriveAsync(Derivers[name], file)).ShouldBeOfType<Derivation.Derived>();
        var second = (await DerivedProperty.DeriveAsync(Derivers[name], file)).ShouldBeOfType<Derivation.Derived>();

        second.Rrd.Span.SequenceEqual(first.Rrd.Span).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_property_says_of_which_joints_rows_unit_and_index_it_is(string name)
    {
        var file = new RecordingBuilder().Add(Entity, Times(6), Sines(6, 3)).ToRrd();

        var property = await DerivedProperty.OfAsync(Derivers[name], file, """{"joints":"1..2","names":["a","b","c"]}""");

        property.Texts("joints").ShouldBe(["b", "c"]);
        (property.Count("rows_used"), property.Count("rows_dropped"), property.Count("rows_superseded")).ShouldBe((6, 0, 0));
        property.Texts("unit").ShouldBe(["rad"]);
        property.Texts("index").ShouldBe(["real_time"]);
        property.Derivation.Provenance.RowsUsed.ShouldBe(6);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Joints_with_an_entity_each_are_the_same_as_joints_in_one_entity(string name)
    {
        var rows = Sines(40, 2);
        var together = new RecordingBuilder().Add("/arm", Times(40), rows).ToRrd();
        var apart = new RecordingBuilder().Add("/arm/a", Times(40), [.. rows.Select(r => new[] { r[0] })]).Add("/arm/b", Times(40), [.. rows.Select(r => new[] { r[1] })]).ToRrd();

        var one = await DerivedProperty.OfAsync(Derivers[name], together, """{"entity":"/arm","names":["a","b"],"unit":"rad"}""");
        var two = await DerivedProperty.OfAsync(Derivers[name], apart, """{"entities":["/arm/a","/arm/b"],"unit":"rad"}""");

        two.Texts("joints").ShouldBe(["a", "b"]);
        var numbers = one.Chunk.Components.Select(c => c.Descriptor.Component).Where(c => c.EndsWith("_per_joint", StringComparison.Ordinal) && c != "finite_rows_per_joint").ToList();
        numbers.ShouldNotBeEmpty();
        numbers.ShouldAllBe(component => two.Numbers(component).SequenceEqual(one.Numbers(component)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Nothing_finite_no_rows_and_a_static_entity_are_skipped_with_their_reasons(string name)
    {
        var deriver = Derivers[name];
        var nothing = await DerivedProperty.SkippedAsync(deriver, new RecordingBuilder().Add(Entity, Times(6), [.. Enumerable.Repeat(new[] { double.NaN, double.PositiveInfinity }, 6)]).ToRrd());
        nothing.Reason.ShouldBe("no_comparable_rows");
        nothing.Detail.ShouldContain("finite");

        (await DerivedProperty.SkippedAsync(deriver, new RecordingBuilder().AddStatic(Entity, [1]).ToRrd())).Reason.ShouldBe("no_data");
        (await DerivedProperty.SkippedAsync(deriver, new RecordingBuilder().Add(Entity, Times(3), new double?[]?[] { null, null, null }).ToRrd())).Reason.ShouldBeOneOf("no_data", "no_comparable_rows");
        (await DerivedProperty.SkippedAsync(deriver, new RecordingBuilder().Add("/other", Times(3), Sines(3, 1)).ToRrd())).ShouldSatisfyAllConditions(
            s => s.Reason.ShouldBe("schema_mismatch"), s => s.Detail.ShouldContain("--set entity=/other:Scalars:scalars"));
    }

    [Theory]
    [MemberData(nameof(NeedingSeconds))]
    public async Task One_row_is_not_enough_to_see_motion(string name) =>
        (await DerivedProperty.SkippedAsync(Derivers[name], new RecordingBuilder().Add(Entity, Times(1), Sines(1, 2)).ToRrd())).ShouldSatisfyAllConditions(
            s => s.Reason.ShouldBe("no_comparable_rows"), s => s.Detail.ShouldContain("expected"));

    [Theory]
    [MemberData(nameof(NeedingSeconds))]
    public async Task A_sequence_has_no_seconds_and_is_skipped_with_words_that_say_so(string name)
    {
        var file = new RecordingBuilder().Add(Entity, [1, 2, 3, 4, 5], RecordingBuilder.Nullable(Sines(5, 2)), "frame", TimelineKind.Sequence).ToRrd();

        var skipped = await DerivedProperty.SkippedAsync(Derivers[name], file);

        skipped.Reason.ShouldBe("no_common_index");
        skipped.Detail.ShouldContain("a sequence has no seconds");
    }

    [Fact]
    public async Task A_range_needs_no_seconds()
    {
        var file = new RecordingBuilder().Add(Entity, [1, 2], [[3.0], [5.0]], "frame", TimelineKind.Sequence).ToRrd();

        (await DerivedProperty.OfAsync(Derivers["range"], file)).Numbers("range_per_joint").ShouldBe([2]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Fewer_values_than_joints_selected_say_how_many_there_are(string name)
    {
        var skipped = await DerivedProperty.SkippedAsync(Derivers[name], new RecordingBuilder().Add(Entity, Times(6), Sines(6, 2)).ToRrd(), """{"joints":"0..6"}""");

        skipped.Reason.ShouldBe("no_comparable_rows");
        skipped.Detail.ShouldContain("have 2 instances, fewer than the joints selected; to take them all: `--set joints=0..1`");
        skipped.RowsDropped.ShouldBe([new DroppedRows("joint_count_differs", 6)]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_million_rows_take_no_object_a_row(string name)
    {
        const int Rows = 1_000_000;
        var rows = Enumerable.Range(0, Rows).Select(i => new[] { Math.Sin(i / 300.0) }).ToArray();
        var json = CanonicalJson.EmptyObject;
        var input = await Deriving.LoadAsync(new RecordingBuilder().Add(Entity, Times(Rows), rows).ToRrd(), "base", Derivers[name], json);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Deriving.Derive(Derivers[name], json, input).ShouldBeOfType<Derivation.Derived>();

        // Times, cells and values of a row take some eighty bytes in arrays; the smallest object of its own would take 24 more.
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(Rows * (name == "smoothness" ? 220L : 95L));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Work_that_is_cancelled_ends(string name)
    {
        var json = CanonicalJson.EmptyObject;
        var input = await Deriving.LoadAsync(new RecordingBuilder().Add(Entity, Times(6), Sines(6, 2)).ToRrd(), "base", Derivers[name], json);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        Should.Throw<OperationCanceledException>(() => Derivers[name].Derive(Deriving.Request(Derivers[name], json, input), cancelled.Token));
    }

    [Theory]
    [InlineData("motion", """{"entity":"/a","entities":["/b"]}""", "entities: expected either entity or entities, found both")]
    [InlineData("motion", """{"entities":[]}""", "entities: expected 1 to")]
    [InlineData("motion", """{"entities":["/a","/a"]}""", "each once")]
    [InlineData("motion", """{"entities":["/a","/b"],"joints":"0..2"}""", "joints: expected positions 0…1 of the entities, found 2")]
    [InlineData("motion", """{"entities":["/a","/b"],"names":["x"]}""", "names: expected as many as entities, found 1 and 2")]
    [InlineData("motion", """{"entity":"/a","wrap":true}""", "wrap: expected unit rad or deg")]
    [InlineData("motion", """{"unit":"inch"}""", "unit: expected one of")]
    [InlineData("motion", """{"threshold":1}""", "threshold: unknown")]
    [InlineData("static_joints", """{"entity":"/a"}""", "unit: expected rad, deg or m, found nothing")]
    [InlineData("static_joints", """{"unit":"native","threshold":1}""", "unit: expected rad, deg or m, found native")]
    [InlineData("static_joints", """{"unit":"deg"}""", "threshold: expected a number in deg/s, found nothing")]
    [InlineData("static_joints", """{"threshold":-1}""", "threshold: expected 0 or more, found -1")]
    [InlineData("static_joints", """{"deadRange":-1}""", "deadRange: expected 0 or more, found -1")]
    [InlineData("range", """{"entity":"/a","lower":1}""", "unit: expected rad, deg or m beside limits, found nothing")]
    [InlineData("range", """{"lower":1,"upper":1}""", "lower: expected less than upper, found 1 and 1")]
    [InlineData("range", """{"lower":[0,2],"upper":1}""", "found 2 and 1 at position 1")]
    [InlineData("range", """{"lower":"low"}""", "lower: expected a finite number")]
    [InlineData("range", """{"margin":1}""", "margin: expected lower or upper beside it")]
    [InlineData("range", """{"lower":1,"margin":-1}""", "margin: expected 0 or more")]
    [InlineData("range", """{"wrap":true}""", "wrap: unknown")]
    [InlineData("smoothness", """{"rateHz":0}""", "rateHz: expected a number above 0")]
    [InlineData("smoothness", """{"cutoffHz":-1}""", "cutoffHz: expected a number above 0")]
    [InlineData("smoothness", """{"amplitudeThreshold":1}""", "amplitudeThreshold: expected 0 or more and less than 1")]
    public void Parameters_that_cannot_work_are_refused_by_name(string deriver, string parameters, string refusal) =>
        Derivers[deriver].RefuseParameters(CanonicalJson.Parse(parameters)).ShouldNotBeNull().ShouldContain(refusal);

    private static long[] Times(int count) => [.. Enumerable.Range(0, count).Select(i => i * 10_000_000L)];

    private static double[][] Sines(int rows, int joints) =>
        [.. Enumerable.Range(0, rows).Select(i => Enumerable.Range(1, joints).Select(j => Math.Sin(i * j / 7.0)).ToArray())];
}
