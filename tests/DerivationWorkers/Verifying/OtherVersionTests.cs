using Strata.Registrar;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Layers that another version of a deriver made, with another writer profile. Source: DESIGN §5, rule 7.</summary>
public sealed class OtherVersionTests
{
    private const int Patience = 120_000;
    private const string Error = "/derived/tracking_error";

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Layers_of_another_version_and_writer_profile_are_equal_by_what_they_say()
    {
        await using var catalog = await DerivedByAsync(new EarlierDeriver(new TrackingErrorDeriver()), new EarlierDeriver(new QualityDeriver()));

        var report = await catalog.Verification.RunAsync(catalog.Dataset, null, null, null, null, Stopped);

        report.Different.ShouldBeEmpty();
        (report.Checked, report.Equal, report.EqualBytes, report.EqualContent, report.EqualReference).ShouldBe((3, 3, 1, 2, 0));
        report.OtherVersions.Select(o => (o.Segment, o.Layer)).ShouldBe([("s", "quality"), ("s", "tracking_error")]);
        report.OtherVersions[1].Versions.ShouldBe(
            $"made by tracking_error version 900, writer profile 901; this program has version {new TrackingErrorDeriver().Version}, writer profile 1");
    }

    [Fact(Timeout = Patience)]
    public async Task What_another_version_derived_otherwise_is_told_with_its_place_and_both_values_and_not_as_damage()
    {
        var earlier = new EarlierDeriver(new TrackingErrorDeriver()) { Scalar = (row, value) => row == 1 ? Math.BitIncrement(value) : value };
        await using var catalog = await DerivedByAsync(earlier, new QualityDeriver());

        var report = await catalog.Verification.RunAsync(catalog.Dataset, null, "s", "tracking_error", null, Stopped);

        var difference = report.Different.ShouldHaveSingleItem();
        difference.What.ShouldBe(VerifySubjects.Version);
        difference.Versions.ShouldNotBeNull().ShouldStartWith("made by tracking_error version 900");
        difference.Place.ShouldBe($"entity {Error}, component Scalars:scalars of rerun.archetypes.Scalars, row 2 of 3 (real_time = 1000000), value 1");
        difference.Expected.ShouldBe($"0.2 (0x{BitConverter.DoubleToUInt64Bits(0.2):x16})");
        difference.Found.ShouldBe($"0.20000000000000004 (0x{BitConverter.DoubleToUInt64Bits(0.2) + 1:x16})");
        (difference.File, report.Equal).ShouldBe((null, 0));
    }

    [Fact(Timeout = Patience)]
    public async Task Other_values_by_the_same_version_are_told_as_a_difference_of_the_derivation_with_their_place()
    {
        await using var catalog = await DerivedByAsync(new TrackingErrorDeriver(), new QualityDeriver());

        var report = await catalog.VerificationBy(new ChangedDeriver(new TrackingErrorDeriver())).RunAsync(catalog.Dataset, null, "s", "tracking_error", null, Stopped);

        var difference = report.Different.ShouldHaveSingleItem();
        (difference.What, difference.Versions).ShouldBe((VerifySubjects.Derivation, null));
        difference.Place.ShouldNotBeNull().ShouldStartWith($"entity {Error}, component Scalars:scalars");
        difference.File.ShouldBe((await catalog.FindLayerAsync("s", "tracking_error"))!.Kept.Location);
    }

    private static async Task<Catalog> DerivedByAsync(params IDeriver[] derivers)
    {
        var catalog = await Catalog.CreateAsync();
        catalog.Start(catalog.WorkerWith(derivers));
        await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2, 0.3));
        await catalog.WaitUntilSettledAsync();
        return catalog;
    }
}
