using Strata.Contracts;
using Strata.Projections;

namespace Strata.Web.Tests;

public sealed class BrokenStandingTests
{
    private const long Before = 10;
    private const string Words = "rule 'tracking_error' could not read the bytes that stand as layer 'base' (recording_broken); if this file is whole, "
        + "`strata register FILE --dataset 'my arms' --layer base --on-duplicate replace` puts it in their place";

    private static readonly Sha256Digest Fingerprint = Sha256Digest.Of([1]);
    private static readonly RegisteredLine Known = new("a.rrd", "s", "base", "known", 3, null, null, null);

    [Fact]
    public void A_recording_known_as_a_layer_that_a_rule_could_not_read_says_what_helps() => Explain(Known, Failed()).ShouldBe(Known with { Reason = Words });

    [Fact]
    public void One_that_is_known_as_another_of_the_call_says_it_too() =>
        Explain(Known with { Reason = "the same recording" }, Failed() with { Position = Before + 1 }).Reason.ShouldBe($"the same recording; {Words}");

    [Fact]
    public void Bytes_that_the_call_put_back_are_not_said_to_be_broken() =>
        Explain(Known with { Reason = "they were put back" }, Failed()).Reason.ShouldBe("they were put back");

    [Fact]
    public void What_failed_on_another_segment_on_another_layer_for_another_reason_or_on_bytes_that_are_gone_says_nothing()
    {
        EvaluationRow[] others =
        [
            Failed() with { Segment = "t" },
            Failed() with { Inputs = [new("other", Fingerprint)] },
            Failed() with { Detail = "input layer 'other' (fingerprint 00)" },
            Failed() with { Reason = FailureReasons.RecordingMissing },
            Failed() with { Current = false },
        ];

        others.ShouldAllBe(other => Explain(Known, other) == Known);
        Explain(Known with { Status = "replaced" }, Failed()).Reason.ShouldBeNull();
    }

    private static RegisteredLine Explain(RegisteredLine line, EvaluationRow evaluation) => BrokenStanding.Explain(line, "my arms", [evaluation], Before);

    private static EvaluationRow Failed() => new(
        DatasetId.Parse(new string('a', 32)), "s", "tracking_error", 1, "tracking_error", "failed", FailureReasons.RecordingBroken,
        $"input layer 'base' (fingerprint {Fingerprint}): noise", null, [new("base", Fingerprint)], 0, [], 1, Position: Before - 1, RecordedAtNs: 1, Current: true);
}
