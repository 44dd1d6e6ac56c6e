using Strata.Contracts;
using Strata.Registrar;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Why quality leaves its verdict to a person. Over the real rooms.</summary>
public sealed class ReviewTests
{
    private const int Patience = 120_000;

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Rows_that_the_derived_tracking_error_dropped_are_the_reason()
    {
        await using var catalog = await Catalog.CreateAsync();
        catalog.Start(catalog.Worker());
        await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2, 0.3, double.NaN));
        await catalog.WaitUntilSettledAsync();

        var row = await TellAsync(catalog);

        (row.Outcome, row.Reason).ShouldBe((WhyOutcomes.Review, ReviewReasons.TooManyDropped));
        row.Sentence.ShouldEndWith("; 1 of 4 rows could not be compared (1 of them already in layer 'tracking_error'), more than maxDroppedFraction 0.05, so a person decides");
    }

    [Fact(Timeout = Patience)]
    public async Task Rows_of_a_given_tracking_error_that_are_no_numbers_are_the_reason()
    {
        await using var catalog = await Catalog.CreateAsync();
        catalog.Start(catalog.Worker());
        await catalog.GiveAsync("tracking_error", catalog.WriteErrors("s", 0.1, double.NaN, 0.2, double.PositiveInfinity));
        await catalog.WaitUntilSettledAsync();

        var row = await TellAsync(catalog);

        (row.Outcome, row.Reason).ShouldBe((WhyOutcomes.Review, ReviewReasons.TooManyDropped));
        row.Sentence.ShouldEndWith("; 2 of 4 rows could not be compared, more than maxDroppedFraction 0.05, so a person decides");
    }

    [Fact(Timeout = Patience)]
    public async Task A_given_tracking_error_that_says_what_was_dropped_before_it_is_the_reason_too()
    {
        await using var source = await Catalog.CreateAsync();
        source.Start(source.Worker());
        await source.RegisterAsync(OnDuplicate.Known, source.Write("s", 0.1, 0.2, 0.3, double.NaN));
        await source.WaitUntilSettledAsync();
        await using var catalog = await Catalog.CreateAsync();
        catalog.Start(catalog.Worker());

        await catalog.GiveAsync("tracking_error", source.FindFile((await source.FindLayerAsync("s", "tracking_error"))!.Kept));
        await catalog.WaitUntilSettledAsync();

        (await TellAsync(catalog)).Sentence.ShouldEndWith(
            "; 1 of 4 rows could not be compared (1 of them already in layer 'tracking_error'), more than maxDroppedFraction 0.05, so a person decides");
    }

    private static async Task<WhyRow> TellAsync(Catalog catalog) =>
        WhyStory.Tell(await catalog.WhyAsync("s", Stopped), "quality").Rows.ShouldHaveSingleItem();
}
