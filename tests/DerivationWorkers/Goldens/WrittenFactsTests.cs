using Strata.Recordings;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What the writer of a layer tells of it is what an inspection of the file finds: the log cannot tell the two apart.</summary>
public class WrittenFactsTests
{
    public static TheoryData<string> Segments => [.. TestRecordings.SampleSegments];

    [Theory]
    [MemberData(nameof(Segments))]
    public async Task Facts_told_by_the_writer_are_those_that_an_inspection_of_the_golden_layers_finds(string segment)
    {
        var tracking = (await Deriving.TrackingErrorAsync(TestRecordings.Sample(segment))).ShouldBeOfType<Derivation.Derived>();
        await ShouldBeAsInspectedAsync(tracking);
        await ShouldBeAsInspectedAsync((await Deriving.QualityAsync(tracking.Rrd)).ShouldBeOfType<Derivation.Derived>());
    }

    [Fact]
    public async Task Facts_told_by_the_writer_are_those_of_an_inspection_with_errors_of_each_joint_too()
    {
        const string Layout = "lerobot_names";
        var parameters = JointLayout.Of(Layout).Parameters("\"unit\":\"deg\",\"wrap\":true,\"perJoint\":true");
        await ShouldBeAsInspectedAsync((await Deriving.TrackingErrorAsync(TestRecordings.JointLayout(Layout), parameters)).ShouldBeOfType<Derivation.Derived>());
    }

    [Fact]
    public async Task Facts_told_by_the_writer_are_those_of_an_inspection_where_the_answer_is_null_too()
    {
        const string Layout = "nan";
        var tracking = (await Deriving.TrackingErrorAsync(TestRecordings.JointLayout(Layout), JointLayout.Of(Layout).Parameters())).ShouldBeOfType<Derivation.Derived>();
        var quality = (await Deriving.QualityAsync(tracking.Rrd, """{"maxDroppedFraction":0}""")).ShouldBeOfType<Derivation.Derived>();
        quality.Outcome.ShouldBe(LayerFile.ReviewOutcome);
        await ShouldBeAsInspectedAsync(quality);
    }

    private static async Task ShouldBeAsInspectedAsync(Derivation.Derived derived)
    {
        var inspected = await new RecordingInspector().InspectAsync(new MemoryBytes(derived.Rrd), StoreKind.Recording, TestContext.Current.CancellationToken);
        inspected.Findings.ShouldBeEmpty();
        var wanted = inspected.Recordings.ShouldHaveSingleItem();
        var told = derived.Facts.ShouldNotBeNull();
        told.SchemaIpc.Span.SequenceEqual(wanted.SchemaIpc.Span).ShouldBeTrue("schema");
        told.ChunkIndexIpc.Span.SequenceEqual(wanted.ChunkIndexIpc.Span).ShouldBeTrue("chunk index");
        told.PropertiesIpc.HasValue.ShouldBe(wanted.PropertiesIpc.HasValue);
        told.PropertiesIpc.GetValueOrDefault().Span.SequenceEqual(wanted.PropertiesIpc.GetValueOrDefault().Span).ShouldBeTrue("properties");
        told.IndexRanges.ShouldBe(wanted.IndexRanges);
        Small(told).ShouldBe(Small(wanted));
    }

    private static object Small(RecordingFacts facts) =>
        (facts.SegmentId, facts.ApplicationId, facts.Fingerprint, facts.SizeBytes, facts.ChunkCount, facts.SchemaSha256);
}
