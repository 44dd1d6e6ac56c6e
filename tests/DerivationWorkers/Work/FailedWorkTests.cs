using Strata.Contracts;
using Strata.Registrar;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What failed waits for a person, and is tried again when one asks. Over the real rooms.</summary>
public sealed class FailedWorkTests
{
    private const int Patience = 120_000;

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Rule_8_a_failed_evaluation_is_tried_again_with_fresh_attempts_when_a_person_resumes_its_rule()
    {
        await using var catalog = await Catalog.CreateAsync();
        var kept = "";
        var path = await FailAsync(catalog, file => File.Delete(kept = file));
        File.Copy(path, kept);

        (await ResumeAsync(catalog, "tracking_error")).ShouldBeTrue();
        await catalog.WaitUntilSettledAsync();

        (await catalog.FindLayerAsync("s", "quality")).ShouldNotBeNull();
        (await EventsAsync<DerivationDone>(catalog)).Select(d => (d.Rule, d.Attempt)).ShouldBe([("tracking_error", 1), ("quality", 1)]);
        (await ResumeAsync(catalog, "tracking_error")).ShouldBeFalse();
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_resumed_before_its_cause_is_mended_fails_again_and_can_be_resumed_again()
    {
        await using var catalog = await Catalog.CreateAsync();
        await FailAsync(catalog, File.Delete);

        (await ResumeAsync(catalog, "tracking_error")).ShouldBeTrue();
        await catalog.WaitUntilSettledAsync();

        (await EventsAsync<DerivationFailed>(catalog)).Select(f => f.Attempt).ShouldBe([1, 1]);
        (await ResumeAsync(catalog, "tracking_error")).ShouldBeTrue();
    }

    [Theory(Timeout = Patience)]
    [InlineData("missing")]
    [InlineData("damaged")]
    public async Task A_failed_evaluation_is_tried_again_when_the_same_bytes_replace_the_input(string loss)
    {
        await using var catalog = await Catalog.CreateAsync();
        var path = await FailAsync(catalog, loss == "missing" ? File.Delete : file => File.WriteAllBytes(file, new byte[100]));

        await catalog.RegisterAsync(OnDuplicate.Replace, path);
        await catalog.WaitUntilSettledAsync();

        (await catalog.FindLayerAsync("s", "quality")).ShouldNotBeNull();
    }

    [Theory(Timeout = Patience)]
    [InlineData("missing")]
    [InlineData("damaged")]
    public async Task A_known_file_brings_lost_bytes_back_and_what_failed_on_them_is_derived(string loss)
    {
        await using var catalog = await Catalog.CreateAsync();
        var path = await FailAsync(catalog, loss == "missing" ? File.Delete : file => File.WriteAllBytes(file, new byte[100]));
        var why = (await TellAsync(catalog, "tracking_error")).Sentence;
        why.ShouldContain(loss == "missing" ? $"`strata register PATH --dataset {Catalog.Name} --layer base`" : $"`strata register FILE --dataset {Catalog.Name} --layer base --on-duplicate replace`");
        why.ShouldContain($"`strata rule resume {Catalog.Name} tracking_error s`");

        var known = await catalog.RegisterAsync(OnDuplicate.Known, path);
        await catalog.WaitUntilSettledAsync();

        known.Recordings.Single().Status.ShouldBe(RegistrationStatus.Known);
        known.Recordings.Single().Reason.ShouldNotBeNull().ShouldContain("put back");
        (await catalog.FindLayerAsync("s", "quality")).ShouldNotBeNull();
    }

    [Fact(Timeout = Patience)]
    public async Task A_derived_layer_whose_bytes_are_lost_comes_back_with_the_commands_that_why_names()
    {
        await using var catalog = await Catalog.CreateAsync();
        catalog.Start(catalog.Worker());
        await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2));
        await catalog.WaitUntilSettledAsync();
        await catalog.Registrar.UnregisterAsync(new(catalog.Dataset, ["s"], ["quality"], new("cli", null)), Stopped);
        File.Delete(catalog.FindFile((await catalog.FindLayerAsync("s", "tracking_error"))!.Kept));
        await ResumeAsync(catalog, "quality");
        await catalog.WaitUntilSettledAsync();
        (await TellAsync(catalog, "quality")).Sentence.ShouldEndWith(
            $"`strata unregister {Catalog.Name} --segment s --layer tracking_error` and then `strata rule resume {Catalog.Name} tracking_error s` derive that layer again");

        await catalog.Registrar.UnregisterAsync(new(catalog.Dataset, ["s"], ["tracking_error"], new("cli", null)), Stopped);
        await ResumeAsync(catalog, "tracking_error");
        await catalog.WaitUntilSettledAsync();

        (await catalog.FindLayerAsync("s", "quality")).ShouldNotBeNull();
        (await catalog.Verification.RunAsync(catalog.Dataset, null, null, null, null, Stopped)).Different.ShouldBeEmpty();
    }

    /// <summary>Registers segment <c>s</c>, loses its kept bytes before a worker runs, and waits until the rule has failed.</summary>
    /// <returns>The file that was registered.</returns>
    private static async Task<string> FailAsync(Catalog catalog, Action<string> lose)
    {
        var path = catalog.Write("s", 0.1, 0.2);
        await catalog.RegisterAsync(OnDuplicate.Known, path);
        lose(catalog.FindFile((await BaseAsync(catalog)).Kept));
        catalog.Start(catalog.Worker());
        await catalog.WaitUntilSettledAsync();
        (await TellAsync(catalog, "tracking_error")).Outcome.ShouldBe(WhyOutcomes.Failed);
        return path;
    }

    private static async Task<LayerRegistered> BaseAsync(Catalog catalog) => (await catalog.FindLayerAsync("s", "base"))!;

    private static Task<bool> ResumeAsync(Catalog catalog, string rule) => catalog.Registrar.ResumeRuleAsync(catalog.Dataset, rule, "s", new("cli", null), Stopped);

    private static async Task<WhyRow> TellAsync(Catalog catalog, string layer) =>
        WhyStory.Tell(await catalog.WhyAsync("s", Stopped), layer).Rows.ShouldHaveSingleItem();

    private static async Task<IReadOnlyList<T>> EventsAsync<T>(Catalog catalog)
        where T : StrataEvent => [.. (await catalog.Log.ReadAsync(0, 1_000, Stopped)).Events.Select(e => e.Event).OfType<T>()];
}
