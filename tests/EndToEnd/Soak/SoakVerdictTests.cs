using System.Text.RegularExpressions;
using Strata.Contracts;
using Strata.Crash.Tests;

namespace Strata.EndToEnd.Tests.Soak;

/// <summary>The judge sees each of the faults that it is there for.</summary>
public sealed partial class SoakVerdictTests
{
    private const long Mebibyte = 1 << 20;

    private static readonly Sha256Digest Bytes = Sha256Digest.Of("broken"u8);

    private static readonly SoakRecording[] Recordings = [new("good", "message 1", Sha256Digest.Of("good"u8), null, 0), new("cut", "message 2", Bytes, "truncated", 0)];

    private static readonly SoakFact[] Whole =
    [
        new("good", "layer base", 1), new("good", "layer tracking_error", 1), new("good", "layer quality", 1),
        new("good", "derivation_done tracking_error", 1), new("good", "derivation_done quality", 1),
        new(Bytes.Value, "quarantined as truncated", 1), new("message 1", "answered", 1), new("message 2", "answered", 1),
    ];

    [Fact]
    public void What_stands_once_is_clean_and_copies_of_messages_may_have_answers_of_their_own()
    {
        var verdict = SoakVerdict.Of(Recordings, [.. Whole, new("a copy", "answered", 1)]);

        verdict.Lost.ShouldBeEmpty();
        verdict.Doubled.ShouldBeEmpty();
    }

    [Fact]
    public void Whatever_is_not_there_is_lost()
    {
        foreach (var fact in Whole)
        {
            SoakVerdict.Of(Recordings, [.. Whole.Except([fact])]).Lost.ShouldBe([$"{fact.Of}: {fact.What}"]);
        }
    }

    [Fact]
    public void Whatever_is_there_twice_is_doubled()
    {
        foreach (var fact in Whole)
        {
            SoakVerdict.Of(Recordings, [.. Whole.Except([fact]), fact with { Count = 2 }]).Doubled.ShouldBe([$"{fact.Of}: {fact.What}, 2 times"]);
        }
    }

    [Theory]
    [InlineData("cut", "layer base")]
    [InlineData("good", "derivation_failed quality")]
    [InlineData("message:nobody/7", "quarantined as upload_missing")]
    public void What_nobody_asked_for_is_told(string of, string what) => SoakVerdict.Of(Recordings, [.. Whole, new(of, what, 1)]).Doubled.ShouldBe([$"{of}: {what}, 1 times"]);

    [Fact]
    public void Memory_that_grows_from_the_second_quarter_to_the_last_is_not_flat_and_a_peak_is_not_bounded()
    {
        long[] start = [.. Enumerable.Repeat(50 * Mebibyte, 25)];
        MemoryUse.Of([.. start, .. Enumerable.Repeat(150 * Mebibyte, 75)]).IsFlat.ShouldBeTrue();
        MemoryUse.Of([.. start, .. Enumerable.Range(0, 75).Select(i => (150 + (2 * i)) * Mebibyte)]).ShouldSatisfyAllConditions(m => m.IsFlat.ShouldBeFalse(), m => m.IsBounded.ShouldBeTrue());
        MemoryUse.Of([.. start, 400 * Mebibyte, .. start]).ShouldSatisfyAllConditions(m => m.IsFlat.ShouldBeTrue(), m => m.IsBounded.ShouldBeFalse());
    }

    [Fact]
    public async Task The_reliability_page_names_exactly_the_faults_of_the_soak()
    {
        var page = ReliabilityParts.Soak(await File.ReadAllTextAsync(SoakPage.Path, TestContext.Current.CancellationToken));

        Row().Matches(page).Select(m => m.Groups[1].Value).ShouldBe(SoakFault.All);
        page.ShouldContain(nameof(SoakTests.While_everything_fails_once_and_workers_die_all_the_time_nothing_is_lost_and_nothing_is_doubled));
    }

    [GeneratedRegex(@"^\| ((?:a|the) [^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
