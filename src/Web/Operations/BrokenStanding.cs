using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>
/// The fingerprint of a recording does not see damage inside its chunks, so that a whole file is <c>known</c> where a damaged one stands: the answer says what puts the
/// whole one in its place. Source: DESIGN rule 10.
/// </summary>
internal static class BrokenStanding
{
    /// <param name="before">Where the log ended before the call: bytes that the call put back say so in their reason, and what failed on them before it is tried again.</param>
    /// <returns>With a reason when a rule failed on the bytes of the layer that the recording is known as.</returns>
    public static RegisteredLine Explain(RegisteredLine line, string dataset, IEnumerable<EvaluationRow> evaluations, long before) =>
        line is { Status: RegistrationStatus.Known, Segment: { } segment }
        && evaluations.FirstOrDefault(e => e.Segment == segment && HasFailedOn(e, line.Layer) && (line.Reason is null || e.Position > before)) is { } failed
            ? line with
            {
                Reason = $"{(line.Reason is { } reason ? $"{reason}; " : "")}rule '{failed.Rule}' could not read the bytes that stand as layer '{line.Layer}' ({FailureReasons.RecordingBroken}); "
                    + $"if this file is whole, `strata register FILE --dataset {ShellWord.Of(dataset)} --layer {ShellWord.Of(line.Layer)} --on-duplicate replace` puts it in their place",
            }
            : line;

    /// <summary>The detail names the fingerprint of the input that could not be read, and a rule may have several.</summary>
    private static bool HasFailedOn(EvaluationRow evaluation, string layer) =>
        evaluation is { Current: true, Outcome: "failed", Reason: FailureReasons.RecordingBroken }
        && evaluation.Inputs.FirstOrDefault(i => i.Layer == layer) is { } input
        && evaluation.Detail?.Contains(input.Fingerprint.Value, StringComparison.Ordinal) == true;
}
