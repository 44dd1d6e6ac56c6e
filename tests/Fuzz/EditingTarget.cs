using Strata.Rrd;
using Strata.Rrd.Editing;

namespace Strata.Fuzz.Tests;

/// <summary>What is saved of damaged files, and what is made of that: files that every reader takes.</summary>
internal sealed class EditingTarget : FuzzTarget
{
    private static readonly CompactionLimits Small = new(2_000, 7, 3) { SplitSizeRatio = 2 };

    private readonly ContainerTarget _container = new();

    public override string Name => "editing";

    public override IReadOnlyList<byte[]> Seeds() => Corpus.Recordings();

    public override byte[] Mutate(byte[] input, Mutator mutator) => _container.Mutate(input, mutator);

    public override async Task<string> RunAsync(byte[] input)
    {
        var token = TestContext.Current.CancellationToken;
        var options = new EditingOptions { ContinueOnError = true, ReadsAhead = false };
        using var saved = new MemoryStream();
        RecoveryReport report;
        try
        {
            report = await RecordingRecovery.RunAsync("input", new MemoryBytes(input), saved, options, token);
        }
        catch (RecordingInputException)
        {
            return "refused";
        }

        await RequireSoundAsync(saved, report.Editing);
        using var optimized = new MemoryStream();
        await RequireSoundAsync(optimized, await RecordingOptimizer.RunAsync([RecordingInput.Of("saved", new MemoryBytes(saved.ToArray()))], optimized, Small, new EditingOptions { ReadsAhead = false }, token));
        using var merged = new MemoryStream();
        await RecordingMerge.RunAsync([RecordingInput.Of("input", new MemoryBytes(input))], merged, options, token);
        return $"{Math.Min(report.Editing.ChunksWritten, 4)} {report.Editing.FooterLeftOut is null} {string.Join('|', report.Lost.Select(lost => Words.Of(lost.Reason)).Distinct().Take(4))}";
    }

    private static async Task RequireSoundAsync(MemoryStream file, EditingReport report)
    {
        var contents = (await RrdReader.OpenAsync(new MemoryBytes(file.ToArray()), TestContext.Current.CancellationToken)).Contents;
        contents.UsedFooter.ShouldBe(report.FooterLeftOut is null, string.Join("; ", contents.Findings));
        contents.Stores.Sum(store => (long)store.Manifest.Count).ShouldBe(report.ChunksWritten);
    }
}
