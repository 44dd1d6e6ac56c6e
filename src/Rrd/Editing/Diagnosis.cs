namespace Strata.Rrd.Editing;

/// <summary>What follows from a broken rule.</summary>
public enum Severity
{
    /// <summary>Worth knowing; nothing is worse for it.</summary>
    Remark,

    /// <summary>It works, but worse, or not with every reader.</summary>
    Warning,

    /// <summary>Rerun refuses it, loses it, or shows something else.</summary>
    Error,
}

/// <summary>A rule that a file breaks.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Message">What was expected and found, for people.</param>
/// <param name="Offset">Byte offset from the start of the file.</param>
/// <param name="Rule">One of <see cref="RrdRules"/>.</param>
/// <param name="Section">Where the format's description has the rule.</param>
public sealed record DiagnosticFinding(long Offset, Severity Severity, string Rule, string Section, string Message);

/// <summary>What an examination found.</summary>
/// <param name="Chunks">Chunks that could be read.</param>
/// <param name="Findings">By offset; of very many the first.</param>
public sealed record Diagnosis(long Chunks, IReadOnlyList<DiagnosticFinding> Findings);
