using Strata.Publishing;

namespace Strata.Cli;

/// <summary>What it means for a robot that the broker does not let it hear its answers.</summary>
internal static class UnheardAnswers
{
    private const string Unknown = "Whether the server takes a recording or puts it into quarantine is not known here";

    public static string Warning(AnswersNotHeard news, bool waitsForAnswers) =>
        $"warning: {news.Reason}. {Unknown}{(waitsForAnswers ? "" : ": what the broker confirmed counts as done, and its bytes are let go of")}";

    /// <summary>Of recordings that were sent by somebody who did not wait: nothing can be heard of them any more.</summary>
    /// <returns>Null where there are none.</returns>
    public static string? OfDone(IReadOnlyList<SpoolLine> lines, string spoolOption) => lines.Where(l => l is { State: SpoolStates.Done, Outcome: null }).Select(l => l.Id).ToList() is { Count: > 0 } ids
        ? $"warning: {Cells.Count(ids.Count, "recording")} went out without --wait-answer by a user that may not hear answers. {Unknown}; next: with the permission, strata spool drop {string.Join(' ', ids)}{spoolOption}, and publish again: what the server has is answered with 'known'"
        : null;
}
